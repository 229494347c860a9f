package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.sim.Call;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call completes only by the applied entry of the same index and term (E1): the entry committed there is the caller's own, and
 * the result is what that entry gave.
 */
public final class ReplyMatchesEntry implements Invariant {
  private Ledger ledger = new Ledger();
  private final Map<Long, @Nullable Object> results = new HashMap<>();

  @Override
  public void begins(World world) {
    ledger = world.ledger();
  }

  @Override
  public void applied(NodeView node, Entry entry, @Nullable Object result) {
    results.put(entry.index(), result);
  }

  @Override
  public void repliedApplied(NodeView node, Call call, LogId id, @Nullable Object result) {
    Entry entry = ledger.committed(id.index());
    if (entry == null || !entry.id().equals(id) || !entry.payload().equals(call.payload())) {
      throw violated(node.id() + " answers " + call + " as applied at " + id + ", where " + entry + " is committed");
    }
    if (node.appliedIndex() < id.index()) {
      throw violated(node.id() + " answers " + call + " at " + id + " before it is applied");
    }
    if (!Objects.equals(results.get(id.index()), result)) {
      throw violated(
          node.id() + " answers " + call + " with " + result + ", but " + id + " gave " + results.get(id.index()));
    }
  }
}
