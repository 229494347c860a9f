package io.balsa.jepsen.raw;

import io.balsa.junit.cluster.Await;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.ServerFrame;
import io.balsa.proto.v1.SessionGrpc;
import io.balsa.proto.v1.StreamEnd;
import io.balsa.proto.v1.StreamHello;
import io.balsa.proto.v1.StreamReady;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.StreamRequests;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A session's stream that says in every frame that it awaits the reply of sequence 1. It sends while the wire takes something, as gRPC's
 * flow control says, so how far it comes tells how far the server reads.
 */
public final class RawStream implements ClientResponseObserver<ClientFrame, ServerFrame>, AutoCloseable {
  private static final Duration MOST = Duration.ofMinutes(1);
  private static final int FRAME_REQUESTS = 64;

  private final TreeMap<Long, StreamReply> replies = new TreeMap<>();
  private Iterator<StreamRequest> feed = Collections.emptyIterator();
  private @Nullable ClientCallStreamObserver<ClientFrame> call;
  private @Nullable StreamReady ready;
  private @Nullable StreamEnd end;
  private @Nullable Throwable broken;
  private long sent;
  private int beats;

  private RawStream() {
  }

  /** @param number of the streams of a session the one with the highest is the newest */
  public static RawStream open(RawNode node, long session, long number) {
    RawStream stream = new RawStream();
    SessionGrpc.newStub(node.channel()).stream(stream);
    stream.call().onNext(ClientFrame.newBuilder()
        .setHello(StreamHello.newBuilder().setSessionId(session).setStreamNumber(number)).build());
    return stream;
  }

  private ClientCallStreamObserver<ClientFrame> call() {
    if (call == null) {
      throw new IllegalStateException("not started");
    }
    return call;
  }

  /** @return the last sequence that was applied; -1: the server ended the stream, or the connection broke */
  public long awaitReady() {
    Await.until(MOST, () -> isReadyOrOver(), () -> "the hello is not answered");
    synchronized (this) {
      return ready == null ? -1 : ready.getLastSequence();
    }
  }

  private synchronized boolean isReadyOrOver() {
    return ready != null || isOver();
  }

  public synchronized boolean isOver() {
    return end != null || broken != null;
  }

  /** What is to be sent, as the wire takes it. */
  public synchronized void feed(Iterator<StreamRequest> requests) {
    feed = requests;
    pump();
  }

  private synchronized void pump() {
    while (feed.hasNext() && !isOver() && call().isReady()) {
      StreamRequests.Builder frame = StreamRequests.newBuilder().setLowestAwaited(1);
      int bytes = 0;
      while (feed.hasNext() && frame.getRequestsCount() < FRAME_REQUESTS && bytes < 1 << 16) {
        StreamRequest request = feed.next();
        bytes += request.getSerializedSize();
        frame.addRequests(request);
      }
      sent += frame.getRequestsCount();
      call().onNext(ClientFrame.newBuilder().setRequests(frame).build());
    }
  }

  /** Requests that the wire took. */
  public synchronized long sent() {
    return sent;
  }

  public synchronized int beats() {
    return beats;
  }

  /** By sequence. */
  public synchronized NavigableMap<Long, StreamReply> replies() {
    return new TreeMap<>(replies);
  }

  private synchronized int replied() {
    return replies.size();
  }

  /** Waits until this many sequences are answered. */
  public void awaitReplies(int count) {
    Await.until(MOST, () -> replied() >= count || isOver(), () -> replied() + " of " + count + " replies");
    if (replied() < count) {
      throw new IllegalStateException("the stream ended after " + replied() + " replies: " + end + " " + broken);
    }
  }

  /** Waits until the server has ended the stream, and says why it did. */
  public StreamEnd awaitEnd() {
    awaitOver();
    synchronized (this) {
      if (end == null) {
        throw new IllegalStateException("the stream broke", broken);
      }
      return end;
    }
  }

  /** Waits until the connection is gone, or the server has ended the stream. */
  public void awaitOver() {
    Await.until(MOST, this::isOver, () -> "the stream goes on");
  }

  @Override
  public synchronized void beforeStart(ClientCallStreamObserver<ClientFrame> starting) {
    call = starting;
    starting.setOnReadyHandler(this::pump);
  }

  @Override
  public synchronized void onNext(ServerFrame frame) {
    switch (frame.getKindCase()) {
      case READY -> ready = frame.getReady();
      case REPLIES -> frame.getReplies().getRepliesList().forEach(reply -> {
        StreamReply before = replies.put(reply.getSequence(), reply);
        if (before != null && !before.equals(reply)) {
          broken = new IllegalStateException("two replies to one sequence: " + before + " and " + reply);
        }
      });
      case BEAT -> beats++;
      case END -> end = frame.getEnd();
      case KIND_NOT_SET -> broken = new IllegalStateException("an empty frame");
    }
  }

  @Override
  public synchronized void onError(Throwable why) {
    broken = why;
  }

  @Override
  public synchronized void onCompleted() {
    if (end == null) {
      end = StreamEnd.getDefaultInstance();
    }
  }

  @Override
  public synchronized void close() {
    if (!isOver()) {
      call().cancel("the test is over", null);
    }
  }
}
