package io.balsa.server.sim;

import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.LeaseKeepAliveRequest;
import io.balsa.proto.v1.LeaseKeepAliveResponse;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.World;
import io.balsa.storage.sim.KvState;
import io.balsa.storage.state.SessionView;
import io.balsa.storage.state.StateReads;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * No session and no lease is expired early (K1, T1 to T4): between the moment at which its client sent the newest KeepAlive that was answered OK, or
 * the Open, and the moment at which the Clock entry that ended it was made, its TTL has passed, on the fastest clock of all nodes. And
 * only a Clock entry ends one.
 */
final class SessionWatch implements Invariant {
  private static final class Watched {
    final String kind;
    final long ttlMillis;
    final TreeMap<Long, Long> sentAt = new TreeMap<>();
    long provenAt;
    /** When the entry that ended it was made; -1: it lives. */
    long endedAt = -1;

    Watched(String kind, long ttlMillis, long openedAt) {
      this.kind = kind;
      this.ttlMillis = ttlMillis;
      this.provenAt = openedAt;
    }
  }

  private final Map<Long, Watched> live = new TreeMap<>();
  private final Map<Long, Watched> over = new TreeMap<>();
  private final Set<Long> served = new TreeSet<>();
  private final Tally tally;
  private @Nullable World world;
  private @Nullable Entry batchClock;
  private boolean batchCommandEnds;

  SessionWatch(Tally tally) {
    this.tally = tally;
  }

  @Override
  public void begins(World begun) {
    world = begun;
  }

  // ---- what clients do; simulated real time

  void opened(long session, long ttlMillis, long sentAt) {
    add(session, "SESSION", ttlMillis, sentAt);
  }

  /** A call of this session was answered. */
  void served(long session) {
    served.add(session);
  }

  /** Sessions that had a call answered. */
  int served() {
    return served.size();
  }

  /** @param askedAt no later than its Grant was sent */
  void granted(long lease, long ttlMillis, long askedAt) {
    add(lease, "LEASE", ttlMillis, askedAt);
  }

  private void add(long lease, String kind, long ttlMillis, long provenAt) {
    if (!over.containsKey(lease)) {
      live.putIfAbsent(lease, new Watched(kind, ttlMillis, provenAt));
    }
  }

  void keepAlive(KeepAliveRequest request, long sentAt) {
    Watched watched = find(request.getSessionId());
    if (watched != null) {
      watched.sentAt.putIfAbsent(request.getRequestId(), sentAt);
    }
  }

  void keepAlive(LeaseKeepAliveRequest request, long sentAt) {
    Watched watched = find(request.getLeaseId());
    if (watched != null) {
      watched.sentAt.putIfAbsent(request.getRequestId(), sentAt);
    }
  }

  void answered(KeepAliveResponse response) {
    answered(response.getSessionId(), response.getRequestId());
  }

  void answered(LeaseKeepAliveResponse response) {
    answered(response.getLeaseId(), response.getRequestId());
  }

  private void answered(long lease, long requestId) {
    Watched watched = find(lease);
    Long sentAt = watched == null ? null : watched.sentAt.get(requestId);
    if (watched != null && sentAt != null) {
      watched.provenAt = Math.max(watched.provenAt, sentAt);
      judge(lease, watched);
    }
  }

  private @Nullable Watched find(long session) {
    Watched watched = live.get(session);
    return watched != null ? watched : over.get(session);
  }

  // ---- what nodes do

  @Override
  public void applied(NodeView node, Entry entry, @Nullable Object result) {
    if (entry.type() == EntryType.CLOCK) {
      batchClock = entry;
    }
    // Its client may hear of it only when it is over already.
    if (result instanceof Result answer && answer.hasOpenedSession()) {
      opened(answer.getOpenedSession().getSessionId(), answer.getOpenedSession().getTtlMillis(), madeAt(entry));
    } else if (result instanceof Result answer && answer.hasLeaseGrant()) {
      granted(answer.getLeaseGrant().getLeaseId(), answer.getLeaseGrant().getTtlMillis(), madeAt(entry));
    }
    batchCommandEnds |= isCommandThatEnds(result);
  }

  /** After each batch. Which of its entries ended a lease is not seen from outside: the last Clock entry is taken for it, or no judgement made. */
  @Override
  public void stateAt(NodeView node, long index, long digest) {
    Entry clock = batchClock;
    boolean commandEnds = batchCommandEnds;
    batchClock = null;
    batchCommandEnds = false;
    if (live.isEmpty() || index < 0) {
      return;
    }
    StateReads reads = ((KvState) ((SimNode<?>) node).state()).machine().reads();
    for (long session : List.copyOf(live.keySet())) {
      if (reads.session(session).state() == SessionView.State.EXPIRED && reads.leaseView(session) == null) {
        Watched ended = Objects.requireNonNull(live.remove(session));
        over.put(session, ended);
        if (clock == null && !commandEnds) {
          throw violated(ended.kind + " " + session + " is gone after " + index + ", without a Clock entry");
        }
        if (clock != null && !commandEnds) {
          tally.add(ended.kind + "_EXPIRED");
          ended.endedAt = madeAt(clock);
          judge(session, ended);
        } else {
          tally.add(ended.kind + "_ENDED");
        }
      }
    }
  }

  private static boolean isCommandThatEnds(@Nullable Object result) {
    return result instanceof Result answer && (answer.hasClosedSession() || answer.hasLeaseRevoke());
  }

  private long madeAt(Entry entry) {
    Ledger.Known known = Objects.requireNonNull(world).ledger().known(entry.id());
    return Objects.requireNonNull(known).appendedAtNanos();
  }

  private void judge(long session, Watched watched) {
    if (watched.endedAt < 0) {
      return;
    }
    double lived = (watched.endedAt - watched.provenAt) * Objects.requireNonNull(world).options().fastestRate();
    if (lived < watched.ttlMillis * 1e6) {
      throw violated(
          watched.kind + " " + session + " with a TTL of " + watched.ttlMillis + " ms was expired by an entry made "
              + (long) lived / 1_000_000 + " ms after its client had sent a renewal that was answered OK");
    }
  }
}
