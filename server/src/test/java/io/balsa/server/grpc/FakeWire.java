package io.balsa.server.grpc;

import io.balsa.proto.v1.ServerFrame;
import io.balsa.proto.v1.StreamEnd;
import io.balsa.proto.v1.StreamReply;
import java.util.ArrayList;
import java.util.List;

/** The client's end of a stream, in memory. */
final class FakeWire implements StreamWire {
  final List<ServerFrame> frames = new ArrayList<>();
  boolean ready = true;
  boolean completed;
  /** Frames that the stream has asked for and not got. */
  int asked;

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void send(ServerFrame frame) {
    frames.add(frame);
  }

  @Override
  public void readOne() {
    asked++;
  }

  @Override
  public void complete() {
    completed = true;
  }

  List<StreamReply> replies() {
    return frames.stream().filter(ServerFrame::hasReplies).flatMap(f -> f.getReplies().getRepliesList().stream())
        .toList();
  }

  StreamEnd end() {
    ServerFrame last = frames.getLast();
    if (!last.hasEnd() || !completed) {
      throw new AssertionError("not ended: " + last);
    }
    return last.getEnd();
  }

  long beats() {
    return frames.stream().filter(ServerFrame::hasBeat).count();
  }
}
