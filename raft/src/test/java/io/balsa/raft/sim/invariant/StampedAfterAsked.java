package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.sim.Call;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import java.util.HashMap;
import java.util.Map;

/**
 * An entry is stamped with a time read after its proposal was made: a lease counts from no earlier than its client sent the
 * renewal (K1).
 */
public final class StampedAfterAsked implements Invariant {
  private final Map<Bytes, Long> askedAt = new HashMap<>();

  @Override
  public void proposed(NodeView node, Call call) {
    askedAt.put(call.payload(), call.askedAtNanos());
  }

  @Override
  public void created(NodeView leader, Ledger.Known known) {
    Long asked = askedAt.get(known.entry().payload());
    if (asked != null && known.appendedAtNanos() < asked) {
      throw violated(leader.id() + " stamps " + known.entry() + " with a time read at " + known.appendedAtNanos()
          + "; its proposal was made at " + asked);
    }
  }
}
