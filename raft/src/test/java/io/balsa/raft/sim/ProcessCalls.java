package io.balsa.raft.sim;

import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.node.MembershipCallback;
import io.balsa.raft.node.PendingProposal;
import io.balsa.raft.node.ProposalCallback;
import io.balsa.raft.node.RaftNode;
import io.balsa.raft.node.ReadCallback;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What clients ask of one process: the simulator is told of each call, and of its answer. */
final class ProcessCalls<R> {
  private final Cluster<R> cluster;
  private final SimNode<R> home;
  private final SimProcess<R> process;
  private final SimRandom random;
  private final Set<Caller<R>> callers = new LinkedHashSet<>();
  private int underWay;
  private int readsUnderWay;

  ProcessCalls(SimProcess<R> process, SimRandom random) {
    this.cluster = process.cluster();
    this.home = process.home();
    this.process = process;
    this.random = random;
  }

  void connected(Caller<R> caller) {
    callers.add(caller);
  }

  void propose(Bytes payload, Caller<R> caller) {
    propose(payload, new ProposalCallback<>() {
      @Override
      public void applied(LogId at, R result) {
        callers.remove(caller);
        caller.applied(at, result);
      }

      @Override
      public void rejected(Rejection why) {
        callers.remove(caller);
        caller.rejected(why, process.node().status().leader());
      }

      @Override
      public void unknown() {
        callers.remove(caller);
        caller.unknown();
      }
    });
  }

  /**
   * As {@link RaftNode#propose}, observed.
   *
   * @param payload unique in the run
   */
  void propose(Bytes payload, ProposalCallback<R> callback) {
    Call call = cluster.call(payload, home.life());
    cluster.trace().add(home.id().value(), "propose", call.id());
    cluster.tell(invariant -> invariant.proposed(home, call));
    underWay++;
    process.node().propose(payload, observed(call, callback));
  }

  private ProposalCallback<R> observed(Call call, ProposalCallback<R> callback) {
    return new ProposalCallback<>() {
      @Override
      public void applied(LogId at, R result) {
        cluster.trace().add(home.id().value(), "applied", new Reply(call.id(), at, result),
            (call.id() * 31 + at.term()) * 31 + at.index() + cluster.parts().hashOf(result));
        cluster.tell(invariant -> invariant.repliedApplied(home, call, at, result));
        underWay--;
        callback.applied(at, result);
      }

      @Override
      public void rejected(Rejection why) {
        cluster.trace().add(home.id().value(), "rejected", call.id() + " " + why);
        cluster.tell(invariant -> invariant.repliedRejected(home, call));
        underWay--;
        callback.rejected(why);
      }

      @Override
      public void unknown() {
        cluster.trace().add(home.id().value(), "unknown", call.id());
        cluster.tell(invariant -> invariant.repliedUnknown(home, call));
        underWay--;
        callback.unknown();
      }
    };
  }

  /** For the trace. */
  private record Reply(long call, LogId at, Object result) {
    @Override
    public String toString() {
      return call + " at " + at + ": " + String.valueOf(result).replace('\n', ' ');
    }
  }

  void read(Caller<R> caller) {
    read(new ReadCallback() {
      @Override
      public void ready(long readIndex) {
        callers.remove(caller);
        caller.readReady(process);
      }

      @Override
      public void rejected(Rejection why) {
        callers.remove(caller);
        caller.rejected(why, process.node().status().leader());
      }
    });
  }

  /** As {@link RaftNode#read}, observed. */
  void read(ReadCallback callback) {
    process.node().read(observed(callback));
  }

  /** As {@link RaftNode#readLeading}, observed. */
  void readLeading(ReadCallback callback) {
    process.node().readLeading(observed(callback));
  }

  private ReadCallback observed(ReadCallback callback) {
    Call call = cluster.call(null, home.life());
    cluster.trace().add(home.id().value(), "read", call.id());
    cluster.tell(invariant -> invariant.readAsked(home, call));
    underWay++;
    readsUnderWay++;
    return new ReadCallback() {
      @Override
      public void ready(long readIndex) {
        cluster.trace().add(home.id().value(), "read ready", call.id() + " at " + readIndex);
        cluster.tell(invariant -> invariant.readReady(home, call, readIndex));
        if (process.role() != Role.LEADER) {
          cluster.counts().followerRead();
        }
        answered();
        callback.ready(readIndex);
      }

      @Override
      public void rejected(Rejection why) {
        cluster.trace().add(home.id().value(), "read rejected", call.id() + " " + why);
        cluster.tell(invariant -> invariant.repliedRejected(home, call));
        answered();
        callback.rejected(why);
      }

      private void answered() {
        underWay--;
        readsUnderWay--;
      }
    };
  }

  /** As {@link RaftNode#changeMembership}, observed. */
  void change(MembershipChange change, MembershipCallback callback) {
    Call call = cluster.call(null, home.life());
    cluster.trace().add(home.id().value(), "change", call.id() + " " + change);
    cluster.tell(invariant -> invariant.changeAsked(home, call));
    underWay++;
    process.node().changeMembership(change, new MembershipCallback() {
      @Override
      public void applied(Configuration configuration, long index) {
        cluster.trace().add(home.id().value(), "changed", call.id() + " at " + index);
        cluster.tell(invariant -> invariant.changeApplied(home, call, configuration, index));
        underWay--;
        callback.applied(configuration, index);
      }

      @Override
      public void rejected(MembershipRejection why, String message) {
        cluster.trace().add(home.id().value(), "change rejected", call.id() + " " + why + ": " + message);
        cluster.tell(invariant -> invariant.repliedRejected(home, call));
        underWay--;
        callback.rejected(why, message);
      }

      @Override
      public void unknown() {
        cluster.trace().add(home.id().value(), "change unknown", call.id());
        cluster.tell(invariant -> invariant.repliedUnknown(home, call));
        underWay--;
        callback.unknown();
      }
    });
  }

  /** Reads that wait for an answer. */
  int readsUnderWay() {
    return readsUnderWay;
  }

  /** On the raft thread, as a RenewalSource is asked. */
  @Nullable
  PendingProposal<R> takeRenewal() {
    Services<R> services = process.services();
    if (services != null) {
      PendingProposal<R> taken = services.take();
      return taken == null ? null : renewal(taken.payload(), taken.callback());
    }
    if (!cluster.renewalsWait() || !random.chance(0.1)) {
      return null;
    }
    Bytes payload = cluster.protocol().renewal(cluster.uniqueId());
    return payload == null ? null : renewal(payload, new ProposalCallback<>() {
      @Override
      public void applied(LogId at, R result) {
        // Nobody waits.
      }

      @Override
      public void rejected(Rejection why) {
        // Nobody waits.
      }

      @Override
      public void unknown() {
        // Nobody waits.
      }
    });
  }

  private PendingProposal<R> renewal(Bytes payload, ProposalCallback<R> callback) {
    Call call = cluster.call(payload, home.life());
    cluster.tell(invariant -> invariant.proposed(home, call));
    underWay++;
    return new PendingProposal<>(payload, observed(call, callback));
  }

  /** Whether nobody waits for an answer. */
  boolean isQuiet() {
    return callers.isEmpty() && underWay == 0;
  }

  /**
   * The process is no more.
   *
   * @param told whether those who wait notice
   */
  void end(boolean told) {
    if (told) {
      new ArrayList<>(callers).forEach(Caller::unknown);
    }
    callers.clear();
  }
}
