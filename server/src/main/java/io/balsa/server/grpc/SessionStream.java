package io.balsa.server.grpc;

import io.balsa.proto.internal.v1.Result;
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
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.LogId;
import io.balsa.raft.node.ProposalCallback;
import io.balsa.raft.node.ReadCallback;
import io.balsa.storage.state.Limits;
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
 * <p>The hello is answered with the session's last applied sequence, once this node is known to lead. From then on exactly
 * last+1 is proposed, pipelined; a sequence already applied is answered from the store; a gap ends the stream (go-back-N). When a
 * bound is reached, what was read is held back and no further frame is read: the client's flow control stops it, and nothing is
 * refused. It goes on when entries are applied or when a KeepAlive acknowledges replies.
 *
 * <p>Confined to its loop, except for the {@code ...Later} methods and the callbacks, which only put something into
 * {@link #events}.
 */
final class SessionStream {
  static final int BEAT_MILLIS = 300;
  /** Each may bring a value of a MiB. */
  private static final int READS_MAX = 128;
  private static final long REPLY_QUEUE_BYTES_MAX = 8 << 20;
  private static final long OVERLOADED_RETRY_MILLIS = 5;
  /** What the reply of a mutation is counted as until it is known; those that return values may be as large as allowed. */
  private static final int SMALL_REPLY_BYTES = 64;

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
  private @Nullable StreamReads reads;
  /** Received and not yet proposed, in order. While there is any, no frame is read. */
  private final ArrayDeque<StreamRequest> held = new ArrayDeque<>();
  private boolean frameAsked;
  private boolean waitsForBudget;
  private boolean waitsForRetry;
  private boolean overloaded;
  private long nextSequence;
  private long lastApplied;
  private long lowestAwaited;
  private int readsUnderWay;
  private long repliesExpectedBytes;

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
    // I5, C3: a read index proves that this node leads, and that what it will read here is not behind another leader.
    group.consensus().read(new ReadCallback() {
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
    lastApplied = view.lastSequence();
    nextSequence = lastApplied + 1;
    lowestAwaited = Math.max(1, view.lowestAwaited());
    reads = new StreamReads(group, checks, caller, sessionId, new ReadOutcomes());
    wire.send(ServerFrame.newBuilder().setReady(StreamReady.newBuilder().setHeader(group.header())
        .setLastSequence(lastApplied).setBeatMillis(BEAT_MILLIS)).build());
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
    lowestAwaited = Math.max(lowestAwaited, requests.getLowestAwaited());
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
    List<StreamRequest> newReads = new ArrayList<>();
    List<Long> applied = new ArrayList<>();
    boolean go = true;
    while (go && phase == Phase.READY && !held.isEmpty()) {
      StreamRequest request = held.element();
      long sequence = request.getSequence();
      if (request.hasGet() && sequence == 0) {
        go = readsUnderWay + newReads.size() < READS_MAX && replies.bytes() < REPLY_QUEUE_BYTES_MAX;
        if (go) {
          newReads.add(held.remove());
        }
      } else if (sequence == 0 || request.hasGet() || request.getOpCase() == StreamRequest.OpCase.OP_NOT_SET) {
        end(Errors.error(Reason.BAD_REQUEST,
            "a request of a stream is a mutation with a sequence, or a get without one; this"
                + " is " + request.getOpCase() + " with sequence " + Long.toUnsignedString(sequence)),
            0);
      } else if (sequence < nextSequence) {
        held.remove();
        if (sequence <= lastApplied) {
          applied.add(sequence); // S2: answered from the store; one still under way is answered when it is applied
        }
      } else if (sequence > nextSequence) {
        end(Errors.error(Reason.WRONG_SEQUENCE, "sequence " + sequence + " came where " + nextSequence
            + " was expected; send again from there", "expected", Long.toString(nextSequence)), nextSequence);
      } else {
        go = hasRoom(request) && propose(request);
      }
    }
    if (phase == Phase.READY) {
      answerFromStore(applied);
      serve(newReads);
    }
  }

  /** S4: the bounds of a session, and what all streams together may have under way. */
  private boolean hasRoom(StreamRequest request) {
    if (waitsForBudget || waitsForRetry) {
      return false;
    }
    SessionView view = group.reads().session(sessionId);
    lowestAwaited = Math.max(lowestAwaited, view.lowestAwaited());
    if (request.getSequence() - lowestAwaited >= Limits.SESSION_UNACKNOWLEDGED_MAX) {
      return false;
    }
    long expected = view.storedReplyBytes() + repliesExpectedBytes;
    return expected == 0 || expected + replyBytes(request) <= Limits.SESSION_REPLY_BYTES_MAX;
  }

  private static int replyBytes(StreamRequest request) {
    boolean returnsValues = request.getPut().getPrevKv() || request.getDelete().getPrevKv();
    return returnsValues ? Limits.REPLY_BYTES_MAX : SMALL_REPLY_BYTES;
  }

  /** @return false: there was no room, and the request is still held */
  private boolean propose(StreamRequest request) {
    long sequence = request.getSequence();
    Error wrong = wrong(request);
    Bytes command = wrong == null ? Commands.of(sessionId, lowestAwaited, request)
        : Commands.refused(sessionId, lowestAwaited, sequence);
    ProposalBudget budget = group.streams().budget();
    waitsForBudget = !budget.tryAcquire(command.size(), () -> later(() -> waitsForBudget = false));
    if (waitsForBudget) {
      return false;
    }
    overloaded = false;
    group.consensus().propose(command, new Proposed(sequence, replyBytes(request), command.size(), wrong));
    if (overloaded) {
      // S2: a stream is never answered OVERLOADED. It is told on this very thread, before anything behind was proposed.
      waitsForRetry = true;
      loop.schedule(() -> {
        waitsForRetry = false;
        goOn();
      }, OVERLOADED_RETRY_MILLIS, TimeUnit.MILLISECONDS);
      return false;
    }
    held.remove();
    nextSequence++;
    repliesExpectedBytes += replyBytes(request);
    return true;
  }

  private @Nullable Error wrong(StreamRequest request) {
    return switch (request.getOpCase()) {
      case PUT -> checks.check(caller, request.getPut());
      case DELETE -> checks.check(caller, request.getDelete());
      case INCR -> checks.check(caller, request.getIncr());
      // Apply checks them all.
      case TXN, LEASE_GRANT, LEASE_REVOKE, LOCK_ACQUIRE, LOCK_RELEASE -> null;
      case GET, LOCK_AWAIT, OP_NOT_SET -> throw new IllegalStateException("no mutation: " + request.getOpCase());
    };
  }

  /** What becomes of one proposal; on threads of the node. */
  private final class Proposed implements ProposalCallback<Result> {
    private final long sequence;
    private final int replyBytes;
    private final int size;
    private final @Nullable Error wrong;
    private final Thread proposing = Thread.currentThread();

    Proposed(long sequence, int replyBytes, int size, @Nullable Error wrong) {
      this.sequence = sequence;
      this.replyBytes = replyBytes;
      this.size = size;
      this.wrong = wrong;
    }

    @Override
    public void applied(LogId id, Result result) {
      later(() -> SessionStream.this.applied(this, result));
      group.streams().budget().release(size);
    }

    @Override
    public void rejected(Rejection why) {
      if (why == Rejection.OVERLOADED && Thread.currentThread().equals(proposing)) {
        overloaded = true;
      } else {
        later(() -> end(group.rejected(why == Rejection.OVERLOADED ? Rejection.NO_LEADER : why), 0));
      }
      group.streams().budget().release(size);
    }

    @Override
    public void unknown() {
      // The session makes it known again: the client asks for this sequence on its next stream (S2).
      later(() -> end(group.rejected(Rejection.NOT_LEADER), 0));
      group.streams().budget().release(size);
    }
  }

  private void applied(Proposed proposed, Result result) {
    repliesExpectedBytes -= proposed.replyBytes;
    lastApplied = Math.max(lastApplied, proposed.sequence);
    if (phase != Phase.READY) {
      return;
    }
    if (result.hasError() && result.getError().getReason().equals(Reason.SESSION_EXPIRED.name())) {
      end(result.getError(), 0);
    } else {
      replies.add(proposed.wrong == null ? StreamReplyQueue.reply(proposed.sequence, result)
          : StreamReplyQueue.error(proposed.sequence, proposed.wrong));
    }
  }

  private void answerFromStore(List<Long> sequences) {
    if (sequences.isEmpty()) {
      return;
    }
    group.onReader(() -> {
      List<StreamReply> found = new ArrayList<>(sequences.size());
      for (long sequence : sequences) {
        Result stored = group.reads().storedReply(sessionId, sequence);
        found.add(stored != null ? StreamReplyQueue.reply(sequence, stored)
            : StreamReplyQueue.error(sequence, Errors.error(Reason.REPLY_DROPPED, "sequence " + sequence
                + " was applied and its reply acknowledged; it is not kept any longer")));
      }
      later(() -> found.forEach(replies::add));
    });
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
      }, OVERLOADED_RETRY_MILLIS, TimeUnit.MILLISECONDS);
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
    held.clear();
    if (reads != null) {
      reads.close();
    }
    if (sessionId != 0) {
      group.streams().ended(sessionId, this);
    }
  }
}
