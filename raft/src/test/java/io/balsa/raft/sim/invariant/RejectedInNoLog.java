package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.sim.Call;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import java.util.HashSet;
import java.util.Set;

/** A rejected proposal is in no log and never will be (E1). Payloads are unique in a run. */
public final class RejectedInNoLog implements Invariant {
  private final Set<Bytes> rejected = new HashSet<>();
  private final Set<Bytes> logged = new HashSet<>();

  @Override
  public void appended(NodeView node, Entry entry, LogId before, Ledger.Known first) {
    if (entry.payload().size() > 0 && logged.add(entry.payload()) && rejected.contains(entry.payload())) {
      throw violated(node.id() + " appends " + entry + ", which was rejected");
    }
  }

  @Override
  public void repliedRejected(NodeView node, Call call) {
    Bytes payload = call.payload();
    if (payload != null && rejected.add(payload) && logged.contains(payload)) {
      throw violated(node.id() + " rejects " + call + ", which is in a log");
    }
  }
}
