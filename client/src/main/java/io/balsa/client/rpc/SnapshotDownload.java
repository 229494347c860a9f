package io.balsa.client.rpc;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.proto.v1.ClusterGrpc;
import io.balsa.proto.v1.SaveSnapshotRequest;
import io.balsa.proto.v1.SaveSnapshotResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One node's copy of its state, taken chunk by chunk on the thread that asks for it: the next one is asked for when the last is
 * written, so a slow disk holds up the node and fills no memory.
 */
public final class SnapshotDownload {
  /** How many chunks may be under way. */
  private static final int CHUNKS_AHEAD = 4;

  /** Takes what comes. */
  public interface Sink {
    /** The next chunk. */
    void take(SaveSnapshotResponse chunk) throws IOException;
  }

  /** Exactly one of both; neither: the end. */
  private record Event(@Nullable SaveSnapshotResponse chunk, @Nullable BalsaException error) {}

  private final ClientLoop loop;
  private final Connections connections;
  private final String address;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private volatile @Nullable ClientCall<SaveSnapshotRequest, SaveSnapshotResponse> call;
  private volatile boolean abandoned;

  SnapshotDownload(ClientLoop loop, Connections connections, String address) {
    this.loop = loop;
    this.connections = connections;
    this.address = address;
  }

  /**
   * Blocks until all has come.
   *
   * @param silence
   *          how long the node may say nothing
   * @throws IOException
   *           of the sink
   */
  void run(SaveSnapshotRequest request, Duration silence, Sink sink) throws IOException {
    if (loop.inLoop()) {
      throw new IllegalStateException("saving a snapshot on the Balsa client's own thread would stop the client");
    }
    loop.run(() -> connect(request, silence));
    boolean whole = false;
    try {
      Event event = next(silence);
      while (event.chunk != null) {
        sink.take(event.chunk);
        ClientCall<SaveSnapshotRequest, SaveSnapshotResponse> running = call;
        if (running != null) {
          running.request(1);
        }
        event = next(silence);
      }
      if (event.error != null) {
        throw event.error.rethrown();
      }
      whole = true;
    } finally {
      if (!whole) {
        loop.run(this::abandon);
      }
    }
  }

  private Event next(Duration silence) {
    try {
      Event event = events.poll(silence.toNanos(), TimeUnit.NANOSECONDS);
      return event != null
          ? event
          : new Event(null, Errors.deadline(address + " said nothing for " + silence.toSeconds() + " s", false));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Errors.interrupted(false);
    }
  }

  private void abandon() {
    abandoned = true;
    ClientCall<SaveSnapshotRequest, SaveSnapshotResponse> running = call;
    if (running != null) {
      running.cancel("abandoned", null);
    }
  }

  private void connect(SaveSnapshotRequest request, Duration silence) {
    connections.connect(address, silence.toNanos(), new Connections.Callback() {
      @Override
      public void connected(ManagedChannel channel) {
        if (!abandoned) {
          start(channel, request);
        }
      }

      @Override
      public void failed(String problem) {
        events.add(new Event(null, Errors.ofAnswer(Errors.unreachable(address + ": " + problem), false)));
      }
    });
  }

  private void start(ManagedChannel channel, SaveSnapshotRequest request) {
    ClientCall<SaveSnapshotRequest, SaveSnapshotResponse> started = channel.newCall(ClusterGrpc.getSaveSnapshotMethod(),
        CallOptions.DEFAULT);
    call = started;
    started.start(new ClientCall.Listener<>() {
      @Override
      public void onMessage(SaveSnapshotResponse chunk) {
        events.add(new Event(chunk, null));
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        events.add(new Event(null, status.isOk() ? null : error(status, trailers)));
      }
    }, new Metadata());
    started.request(CHUNKS_AHEAD);
    started.sendMessage(request);
    started.halfClose();
  }

  private BalsaException error(Status status, Metadata trailers) {
    var error = GrpcErrors.error(status, trailers).toBuilder();
    if (ErrorCode.of(error.getCode()) == ErrorCode.UNIMPLEMENTED) {
      error.setMessage("it does not offer snapshots: is it older than this client?");
    }
    return Errors.ofAnswer(error.setMessage(address + ": " + error.getMessage()).build(), false);
  }
}
