package io.balsa.server.grpc;

import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.LogId;
import io.balsa.raft.node.ProposalCallback;
import io.balsa.storage.state.Limits;
import io.balsa.storage.state.SessionView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The numbered requests of one stream (S2): exactly last+1 is proposed, pipelined, within the session's bounds (S4) and those of
 * all streams; what was applied before is answered from the store; a gap ends the stream. Confined to the stream's loop, except
 * for the callbacks, which go through {@link Stream#later}.
 */
final class StreamMutations {
  static final long OVERLOADED_RETRY_MILLIS = 5;

  /** The stream, as its mutations see it. */
  interface Stream {
    /** Runs it on the loop, if need be after waking the stream; then the stream looks what can go on. Any thread. */
    void later(Runnable event);

    void reply(StreamReply reply);

    /** @param expectedSequence with WRONG_SEQUENCE; else 0 */
    void end(Error error, long expectedSequence);
  }

  private final Group group;
  private final RequestChecks checks;
  private final Caller caller;
  private final long sessionId;
  private final Loop loop;
  private final Stream stream;
  /** Sequences that were applied before they came here; answered together, and once, however often they were asked for. */
  private Set<Long> repeated = new LinkedHashSet<>();
  /** The replies of some are being read. Others wait: each time may bring all that the session has stored. */
  private boolean readsRepeated;
  private boolean waitsForBudget;
  private boolean waitsForRetry;
  private boolean overloaded;
  private long nextSequence;
  private long lastApplied;
  private long lowestAwaited;
  private long repliesExpectedBytes;

  /** @param session as of the hello's read index */
  StreamMutations(Group group, RequestChecks checks, Caller caller, long sessionId, SessionView session, Loop loop,
      Stream stream) {
    this.group = group;
    this.checks = checks;
    this.caller = caller;
    this.sessionId = sessionId;
    this.loop = loop;
    this.stream = stream;
    this.lastApplied = session.lastSequence();
    this.nextSequence = lastApplied + 1;
    this.lowestAwaited = Math.max(1, session.lowestAwaited());
  }

  /** Every reply below it was received. */
  void acknowledged(long newLowestAwaited) {
    lowestAwaited = Math.max(lowestAwaited, newLowestAwaited);
  }

  /** @return false: it is held back, or the stream has ended */
  boolean take(StreamRequest request) {
    long sequence = request.getSequence();
    if (sequence < nextSequence) {
      if (sequence > lastApplied) {
        return true; // S2: still under way, and answered when it is applied
      }
      if (readsRepeated) {
        return false;
      }
      repeated.add(sequence); // S2: answered from the store
      return true;
    }
    if (sequence > nextSequence) {
      stream.end(Errors.error(Reason.WRONG_SEQUENCE, "sequence " + sequence + " came where " + nextSequence
          + " was expected; send again from there", "expected", Long.toString(nextSequence)), nextSequence);
      return false;
    }
    return hasRoom(request) && propose(request);
  }

  /** S4: the bounds of a session, and what all streams together may have under way. */
  private boolean hasRoom(StreamRequest request) {
    if (waitsForBudget || waitsForRetry) {
      return false;
    }
    SessionView view = group.reads().session(sessionId);
    acknowledged(view.lowestAwaited());
    if (request.getSequence() - lowestAwaited >= Limits.SESSION_UNACKNOWLEDGED_MAX) {
      return false;
    }
    long expected = view.storedReplyBytes() + repliesExpectedBytes;
    return expected == 0 || expected + StreamOps.replyBytes(request) <= Limits.SESSION_REPLY_BYTES_MAX;
  }

  /** @return false: there was no room */
  private boolean propose(StreamRequest request) {
    long sequence = request.getSequence();
    Error wrong = checks.check(caller, sessionId, request);
    Bytes command = wrong == null ? Commands.of(sessionId, lowestAwaited, request)
        : Commands.refused(sessionId, lowestAwaited, sequence, wrong);
    ProposalBudget budget = group.streams().budget();
    waitsForBudget = !budget.tryAcquire(command.size(), () -> stream.later(() -> waitsForBudget = false));
    if (waitsForBudget) {
      return false;
    }
    int replyBytes = StreamOps.replyBytes(request);
    overloaded = false;
    group.consensus().propose(command, new Proposed(sequence, replyBytes, command.size(), wrong));
    if (overloaded) {
      // S2: a stream is never answered OVERLOADED. It is told on this very thread, before anything behind was proposed.
      waitsForRetry = true;
      loop.schedule(() -> stream.later(() -> waitsForRetry = false), OVERLOADED_RETRY_MILLIS, TimeUnit.MILLISECONDS);
      return false;
    }
    nextSequence++;
    repliesExpectedBytes += replyBytes;
    return true;
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
      stream.later(() -> StreamMutations.this.applied(this, result));
      group.streams().budget().release(size);
    }

    @Override
    public void rejected(Rejection why) {
      if (why == Rejection.OVERLOADED && Thread.currentThread().equals(proposing)) {
        overloaded = true;
      } else {
        stream.later(
            () -> stream.end(group.rejected(why == Rejection.OVERLOADED ? Rejection.NO_LEADER : why), 0));
      }
      group.streams().budget().release(size);
    }

    @Override
    public void unknown() {
      // The session makes it known again: the client asks for this sequence on its next stream (S2).
      stream.later(() -> stream.end(group.rejected(Rejection.NOT_LEADER), 0));
      group.streams().budget().release(size);
    }
  }

  private void applied(Proposed proposed, Result result) {
    repliesExpectedBytes -= proposed.replyBytes;
    lastApplied = Math.max(lastApplied, proposed.sequence);
    if (result.hasError() && result.getError().getReason().equals(Reason.SESSION_EXPIRED.name())) {
      stream.end(result.getError(), 0);
    } else {
      stream.reply(proposed.wrong == null ? StreamReplyQueue.reply(proposed.sequence, result)
          : StreamReplyQueue.error(proposed.sequence, proposed.wrong));
    }
  }

  /** Asks the store for the replies of what {@link #take} found applied already. */
  void answerRepeated() {
    if (repeated.isEmpty()) {
      return;
    }
    Set<Long> sequences = repeated;
    repeated = new LinkedHashSet<>();
    readsRepeated = true;
    group.onReader(() -> {
      List<StreamReply> found = new ArrayList<>(sequences.size());
      for (long sequence : sequences) {
        Result stored = group.reads().storedReply(sessionId, sequence);
        found.add(stored != null ? StreamReplyQueue.reply(sequence, stored)
            : StreamReplyQueue.error(sequence, Errors.error(Reason.REPLY_DROPPED, "sequence " + sequence
                + " was applied and its reply acknowledged; it is not kept any longer")));
      }
      stream.later(() -> {
        readsRepeated = false;
        found.forEach(stream::reply);
      });
    });
  }
}
