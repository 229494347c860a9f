package io.balsa.server.grpc;

import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.ServerFrame;
import io.balsa.proto.v1.StreamBeat;
import io.balsa.proto.v1.StreamEnd;
import io.balsa.proto.v1.StreamHello;
import io.balsa.proto.v1.StreamReady;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.StreamRequests;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.node.ReadCallback;
import io.balsa.storage.state.SessionView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One session stream at the leader's door (S2 to S6), without gRPC.
 *
 * <p>The hello is answered with the session's last applied sequence, once this node is known to lead. From then on what comes is
 * taken in its order: numbered requests by {@link StreamMutations}, reads by {@link StreamReads}, waits for locks by
 * {@link StreamLockAwaits}. When a bound is reached, what was read is held back and no further frame is read: the client's flow
 * control stops it, and nothing is refused. It goes on when entries are applied or when a KeepAlive acknowledges replies.
 *
 * <p>Confined to its loop, except for the {@code ...Later} methods and the callbacks, which only put something into
 * {@link #events}.
 */
final class SessionStream {
  static final int BEAT_MILLIS = 300;
  /** Each may bring a value of a MiB. */
  private static final int READS_MAX = 128;
  private static final long REPLY_QUEUE_BYTES_MAX = 8 << 20;

  private enum Phase {
    /** Waits for the hello. */
    NEW,
    /** Waits to know that this node leads, and how far the session has come. */
    OPENING, READY, ENDED
  }

  private final Group group;
  private final RequestChecks checks;
  private final Caller caller;
  private final StreamWire wire;
  private final Loop loop;
  private final StreamReplyQueue replies = new StreamReplyQueue();
  private final ConcurrentLinkedQueue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean wakeScheduled = new AtomicBoolean();

  private Phase phase = Phase.NEW;
  private long sessionId;
  /** Of the streams of a session the one with the highest number is the newest. Read by the loops of others. */
  private volatile long number;
  private @Nullable StreamMutations mutations;
  private @Nullable StreamReads reads;
  private @Nullable StreamLockAwaits awaits;
  /** Received and not yet proposed, in order. While there is any, no frame is read. */
  private final ArrayDeque<StreamRequest> held = new ArrayDeque<>();
  /** Forgets this stream among what ends with this node's leadership. */
  private Runnable forget = () -> {
  };
  private boolean frameAsked;
  private int readsUnderWay;

  SessionStream(Group group, RequestChecks checks, Caller caller, StreamWire wire, Loop loop) {
    this.group = group;
    this.checks = checks;
    this.caller = caller;
    this.wire = wire;
    this.loop = loop;
  }

  // ---- from the wire, on the loop

  void start() {
    readOne();
  }

  void onFrame(ClientFrame frame) {
    frameAsked = false;
    switch (phase) {
      case NEW -> {
        if (frame.hasHello()) {
          open(frame.getHello());
        } else {
          end(Errors.error(Reason.BAD_REQUEST, "the first frame of a stream must be a hello"), 0);
        }
      }
      case READY -> {
        if (frame.hasRequests()) {
          received(frame.getRequests());
        } else {
          end(Errors.error(Reason.BAD_REQUEST, "after the hello a stream carries requests only"), 0);
        }
      }
      case OPENING, ENDED -> {
      }
    }
  }

  /** The wire takes frames again. */
  void onReady() {
    goOn();
  }

  /** The client has nothing more to send; what is under way goes on and is lost with the stream. */
  void onClientDone() {
    if (phase != Phase.ENDED) {
      leave();
      wire.complete();
    }
  }

  /** The connection is gone. */
  void onBroken() {
    leave();
  }

  // ---- from any thread

  void endLater(Error error) {
    later(() -> end(error, 0));
  }

  long number() {
    return number;
  }

  void goOnLater() {
    later(() -> {
    });
  }

  private void later(Runnable event) {
    events.add(event);
    if (wakeScheduled.compareAndSet(false, true)) {
      loop.execute(this::goOn);
    }
  }

  // ---- the hello

  private void open(StreamHello hello) {
    phase = Phase.OPENING;
    sessionId = hello.getSessionId();
    number = hello.getStreamNumber();
    if (hello.getClusterId() != 0 && hello.getClusterId() != group.clusterId()) {
      end(Errors.error(Reason.CLUSTER_CHANGED,
          "this is another cluster than the one that issued the session: its data was"
              + " restored or replaced; open a new session"),
          0);
      return;
    }
    // Before the read: one that is answered may be so after this node has lost its leadership, and nobody would end the stream then.
    forget = group.streams().whileLeading(this::endLater);
    // I5, C3: a read index proves that this node leads, and that what it will read here is not behind another leader.
    group.fresh().readLeading(new ReadCallback() {
      @Override
      public void ready(long readIndex) {
        later(SessionStream.this::opened);
      }

      @Override
      public void rejected(Rejection why) {
        later(() -> end(group.rejected(why), 0));
      }
    });
  }

  private void opened() {
    if (phase != Phase.OPENING) {
      return;
    }
    SessionView view = group.reads().session(sessionId);
    if (view.state() != SessionView.State.LIVE) {
      end(Errors.sessionExpired(sessionId), 0);
      return;
    }
    phase = Phase.READY;
    if (!group.streams().begin(sessionId, this)) {
      end(SessionStreams.superseded(sessionId), 0);
      return;
    }
    mutations = new StreamMutations(group, checks, caller, sessionId, view, loop, new MutationOutcomes());
    reads = new StreamReads(group, checks, caller, sessionId, new ReadOutcomes());
    awaits = new StreamLockAwaits(group, checks.locks(), sessionId, new AwaitOutcomes());
    wire.send(ServerFrame.newBuilder().setReady(StreamReady.newBuilder().setHeader(group.header())
        .setLastSequence(view.lastSequence()).setBeatMillis(BEAT_MILLIS)).build());
    beatLater();
    readOne();
  }

  private void beatLater() {
    loop.schedule(() -> {
      if (phase != Phase.READY) {
        return;
      }
      if (group.reads().session(sessionId).state() != SessionView.State.LIVE) {
        end(Errors.sessionExpired(sessionId), 0);
        return;
      }
      if (wire.isReady()) { // else there is much on its way that says the same
        wire.send(ServerFrame.newBuilder().setBeat(StreamBeat.newBuilder().setHeader(group.header())).build());
      }
      beatLater();
    }, BEAT_MILLIS, TimeUnit.MILLISECONDS);
  }

  // ---- requests

  private void received(StreamRequests requests) {
    if (mutations != null) {
      mutations.acknowledged(requests.getLowestAwaited());
    }
    held.addAll(requests.getRequestsList());
    goOn();
  }

  /** Everything that can happen now: what has come back, what is held, what can be sent, what can be read. */
  private void goOn() {
    wakeScheduled.set(false);
    Runnable event;
    while ((event = events.poll()) != null) {
      event.run();
    }
    if (phase != Phase.READY) {
      return;
    }
    takeHeld();
    if (phase != Phase.READY) {
      return;
    }
    replies.flush(wire, group::header, false);
    if (held.isEmpty() && replies.bytes() < REPLY_QUEUE_BYTES_MAX) {
      readOne();
    }
  }

  private void readOne() {
    if (!frameAsked) {
      frameAsked = true;
      wire.readOne();
    }
  }

  private void takeHeld() {
    StreamMutations numbered = mutations;
    StreamLockAwaits waiting = awaits;
    if (numbered == null || waiting == null) {
      throw new IllegalStateException("not open");
    }
    List<StreamRequest> newReads = new ArrayList<>();
    boolean go = true;
    while (go && phase == Phase.READY && !held.isEmpty()) {
      StreamRequest request = held.element();
      switch (StreamOps.kind(request)) {
        case MUTATION -> go = numbered.take(request);
        case READ -> {
          go = readsUnderWay + newReads.size() < READS_MAX && replies.bytes() < REPLY_QUEUE_BYTES_MAX;
          if (go) {
            newReads.add(request);
          }
        }
        case AWAIT -> waiting.await(request);
        case NONE -> end(Errors.error(Reason.BAD_REQUEST,
            "a request of a stream is a mutation with a sequence, or a get or a lock_await without one; this is "
                + request.getOpCase() + " with sequence " + Long.toUnsignedString(request.getSequence())),
            0);
      }
      if (go && phase == Phase.READY) {
        held.remove();
      }
    }
    if (phase == Phase.READY) {
      numbered.answerRepeated();
      serve(newReads);
    }
  }

  private final class MutationOutcomes implements StreamMutations.Stream {
    @Override
    public void later(Runnable event) {
      SessionStream.this.later(event);
    }

    @Override
    public void reply(StreamReply reply) {
      if (phase == Phase.READY) {
        replies.add(reply);
      }
    }

    @Override
    public void end(Error error, long expectedSequence) {
      SessionStream.this.end(error, expectedSequence);
    }
  }

  // ---- reads

  private void serve(List<StreamRequest> newReads) {
    StreamReads serving = reads;
    if (!newReads.isEmpty() && serving != null) {
      readsUnderWay += newReads.size();
      serving.serve(newReads);
    }
  }

  private final class ReadOutcomes implements StreamReads.Outcome {
    @Override
    public void answered(List<StreamReply> answers) {
      later(() -> {
        readsUnderWay -= answers.size();
        answers.forEach(replies::add);
      });
    }

    @Override
    public void rejected(Rejection why, List<StreamRequest> rejected) {
      if (why != Rejection.OVERLOADED) {
        later(() -> end(group.rejected(why), 0));
        return;
      }
      loop.schedule(() -> {
        readsUnderWay -= rejected.size();
        if (phase == Phase.READY) {
          serve(rejected);
        }
      }, StreamMutations.OVERLOADED_RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void sessionExpired() {
      later(() -> end(Errors.sessionExpired(sessionId), 0));
    }
  }

  private final class AwaitOutcomes implements StreamLockAwaits.Outcome {
    @Override
    public void answered(StreamReply reply) {
      later(() -> replies.add(reply));
    }

    @Override
    public void sessionExpired() {
      later(() -> end(Errors.sessionExpired(sessionId), 0));
    }
  }

  // ---- the end

  private void end(Error error, long expectedSequence) {
    if (phase == Phase.ENDED) {
      return;
    }
    if (phase == Phase.READY) {
      replies.flush(wire, group::header, true);
    }
    leave();
    wire.send(ServerFrame.newBuilder()
        .setEnd(StreamEnd.newBuilder().setError(error).setExpectedSequence(expectedSequence)).build());
    wire.complete();
  }

  private void leave() {
    phase = Phase.ENDED;
    forget.run();
    held.clear();
    if (reads != null) {
      reads.close();
    }
    if (awaits != null) {
      awaits.close();
    }
    if (sessionId != 0) {
      group.streams().ended(sessionId, this);
    }
  }
}
