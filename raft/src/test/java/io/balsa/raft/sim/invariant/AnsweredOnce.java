package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.raft.sim.Call;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every proposal, every read and every change of the membership is answered exactly once, unless its process ends; at the end of the liveness phase no call of a
 * live process in the core waits any more.
 */
public final class AnsweredOnce implements Invariant {
  private record Waiting(NodeView node, Call call) {
  }

  private final Map<Long, Waiting> waiting = new LinkedHashMap<>();

  @Override
  public void proposed(NodeView node, Call call) {
    waiting.put(call.id(), new Waiting(node, call));
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
  }

  @Override
  public void crashed(NodeView node) {
    waiting.values().removeIf(w -> w.node().incarnation() == node.incarnation());
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
