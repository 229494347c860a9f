package io.balsa.server.grpc;

import io.balsa.proto.v1.Consistency;
import io.balsa.proto.v1.Error;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.ReadCallback;
import io.balsa.storage.state.StateReads;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When this node's state is fresh enough to be read: LINEARIZABLE asks consensus (C3); STALE(max_age) is content with what a read
 * before it has learned, if that is not too old (R1).
 *
 * <p>What a read learns is a moment: the one before it asked. When it is ready, the state here holds every write that was answered
 * anywhere before that moment, and so does every later state. It is the moment of asking that counts, not that of the answer: between
 * the two this node may have stood still for as long as you like. Moments are of this node's monotonic clock and are told to nobody.
 *
 * <p>Any thread.
 */
public final class FreshReads {
  private final NodeId self;
  private final Consensus consensus;
  private final StateReads state;
  private final LongSupplier nanoClock;
  /** Null: nothing was learned since the process began. */
  private final AtomicReference<@Nullable Long> asOfNanos = new AtomicReference<>();
  private final LongAdder servedAtOnce = new LongAdder();

  /** Hears whether a read may look at the state now. One method is called, once, on any thread: it returns at once. */
  interface Outcome {
    void ready();

    void refused(Error why);
  }

  /** @param nanoClock this node's monotonic clock, in nanoseconds; its zero means nothing */
  public FreshReads(NodeId self, Consensus consensus, StateReads state, LongSupplier nanoClock) {
    this.self = self;
    this.consensus = consensus;
    this.state = state;
    this.nanoClock = nanoClock;
  }

  /** @param revision to be read at; 0: the newest. One that is not here yet may exist elsewhere, so it costs a question (R3) */
  void read(Consistency consistency, long revision, Outcome outcome) {
    if (isServedAtOnce(consistency, revision)) {
      outcome.ready();
      return;
    }
    consensus.read(noting(new ReadCallback() {
      @Override
      public void ready(long readIndex) {
        Error stale = tooOld(consistency);
        if (stale == null) {
          outcome.ready();
        } else {
          outcome.refused(stale);
        }
      }

      @Override
      public void rejected(Rejection why) {
        outcome.refused(refusal(consistency, why));
      }
    }));
  }

  /** A read index for whoever waits here for what only a leader is told. */
  void readLeading(ReadCallback callback) {
    consensus.readLeading(noting(callback));
  }

  /** Whether a read needs no question to anybody. */
  boolean isServedAtOnce(Consistency consistency, long revision) {
    if (consistency.getKindCase() != Consistency.KindCase.STALE) {
      return false;
    }
    long maxAgeMillis = consistency.getStale().getMaxAgeMillis(); // unsigned
    long maxAgeNanos = maxAgeMillis < 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(maxAgeMillis);
    Long asOf = asOfNanos.get();
    boolean served = asOf != null && nanoClock.getAsLong() - asOf <= maxAgeNanos
        && state.revision() >= Math.max(revision, consistency.getStale().getMinRevision());
    if (served) {
      servedAtOnce.increment();
    }
    return served;
  }

  /** What the newest state that could be had still lacks: only a revision of another cluster, or of none, is not in it. */
  @Nullable
  Error tooOld(Consistency consistency) {
    long seen = consistency.getStale().getMinRevision();
    long revision = state.revision();
    return seen <= revision ? null
        : Errors.error(Reason.TOO_STALE, "min_revision is " + seen + ", and this cluster is at revision " + revision,
            "current_revision", Long.toString(revision));
  }

  private Error refusal(Consistency consistency, Rejection why) {
    Error refused = Errors.readRejected(why, self, consensus.status());
    boolean unreached = why == Rejection.NO_LEADER || why == Rejection.NOT_LEADER;
    return unreached && consistency.getKindCase() == Consistency.KindCase.STALE
        ? Errors.tooStale(refused, Long.toUnsignedString(consistency.getStale().getMaxAgeMillis()))
        : refused;
  }

  /** @return to be asked with, now */
  private ReadCallback noting(ReadCallback callback) {
    long askedNanos = nanoClock.getAsLong();
    return new ReadCallback() {
      @Override
      public void ready(long readIndex) {
        asOfNanos.accumulateAndGet(askedNanos,
            (known, asked) -> known == null || asked == null || asked - known > 0 ? asked : known);
        callback.ready(readIndex);
      }

      @Override
      public void rejected(Rejection why) {
        callback.rejected(why);
      }
    };
  }

  /** Reads that needed no question, since the process began. */
  public long servedAtOnce() {
    return servedAtOnce.sum();
  }
}
