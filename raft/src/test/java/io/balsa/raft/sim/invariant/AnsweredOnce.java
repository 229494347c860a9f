package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.raft.sim.Call;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.Pointers;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every proposal, every read and every change of the membership is answered exactly once, unless its process ends. When a log is reset,
 * whoever waited for one of its entries is answered in the same poll (E1); at the end of the liveness phase no call of a live process in
 * the core waits any more.
 */
public final class AnsweredOnce implements Invariant {
  private record Waiting(NodeView node, Call call) {
  }

  private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
  private final Map<Bytes, Waiting> proposals = new HashMap<>();
  /** Those with an entry in the log of the node that was asked. */
  private final Map<Long, Map<Long, Waiting>> appended = new HashMap<>();
  private final Map<Long, List<Waiting>> owed = new HashMap<>();

  @Override
  public void proposed(NodeView node, Call call) {
    Waiting proposal = new Waiting(node, call);
    waiting.put(call.id(), proposal);
    if (call.payload() != null) {
      proposals.put(call.payload(), proposal);
    }
  }

  @Override
  public void created(NodeView leader, Ledger.Known entry) {
    Waiting proposal = proposals.get(entry.entry().payload());
    if (proposal != null && proposal.node().incarnation() == leader.incarnation()) {
      appended.computeIfAbsent(leader.incarnation(), unused -> new LinkedHashMap<>()).put(proposal.call().id(),
          proposal);
    }
  }

  @Override
  public void resetting(NodeView node, LogId base) {
    owed.put(node.incarnation(), List.copyOf(appended.getOrDefault(node.incarnation(), Map.of()).values()));
  }

  @Override
  public void polled(NodeView node, Pointers pointers) {
    List<Waiting> after = owed.remove(node.incarnation());
    if (after == null) {
      return;
    }
    for (Waiting w : after) {
      if (waiting.containsKey(w.call().id())) {
        throw violated(
            node.id() + " has reset its log, and leaves who waited for an entry of it without an answer: " + w.call());
      }
    }
  }

  @Override
  public void changeAsked(NodeView node, Call call) {
    waiting.put(call.id(), new Waiting(node, call));
  }

  @Override
  public void changeApplied(NodeView node, Call call, Configuration configuration, long index) {
    answered(node, call);
  }

  @Override
  public void readAsked(NodeView node, Call call) {
    waiting.put(call.id(), new Waiting(node, call));
  }

  @Override
  public void repliedApplied(NodeView node, Call call, LogId id, @Nullable Object result) {
    answered(node, call);
  }

  @Override
  public void repliedRejected(NodeView node, Call call) {
    answered(node, call);
  }

  @Override
  public void repliedUnknown(NodeView node, Call call) {
    answered(node, call);
  }

  @Override
  public void readReady(NodeView node, Call call, long readIndex) {
    answered(node, call);
  }

  private void answered(NodeView node, Call call) {
    if (waiting.remove(call.id()) == null) {
      throw violated(node.id() + " answers " + call + " twice");
    }
    forget(node, call);
  }

  private void forget(NodeView node, Call call) {
    if (call.payload() != null) {
      proposals.remove(call.payload());
      Map<Long, Waiting> here = appended.get(node.incarnation());
      if (here != null) {
        here.remove(call.id());
      }
    }
  }

  @Override
  public void crashed(NodeView node) {
    waiting.values().removeIf(w -> w.node().incarnation() == node.incarnation());
    proposals.values().removeIf(w -> w.node().incarnation() == node.incarnation());
    appended.remove(node.incarnation());
    owed.remove(node.incarnation());
  }

  @Override
  public void ended(List<? extends NodeView> core) {
    for (Waiting w : waiting.values()) {
      if (core.contains(w.node()) && w.call().life() == w.node().life()) {
        throw violated(w.node().id() + " never answered " + w.call());
      }
    }
  }
}
