package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.LogId;
import io.balsa.raft.sim.Call;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A read index covers every write that was answered, and every read that was served, before the read was asked for, on any node
 * (C3); and it is applied when the read is served.
 */
public final class ReadIndexCovers implements Invariant {
  private long answeredIndex;
  private final Map<Long, Long> answeredWhenAsked = new HashMap<>();

  @Override
  public void repliedApplied(NodeView node, Call call, LogId id, @Nullable Object result) {
    answeredIndex = Math.max(answeredIndex, id.index());
  }

  @Override
  public void readAsked(NodeView node, Call call) {
    answeredWhenAsked.put(call.id(), answeredIndex);
  }

  @Override
  public void readReady(NodeView node, Call call, long readIndex) {
    long covered = answeredWhenAsked.getOrDefault(call.id(), 0L);
    if (readIndex < covered) {
      throw violated(
          node.id() + " serves " + call + " at " + readIndex + "; " + covered + " was answered before it was asked");
    }
    if (node.appliedIndex() < readIndex) {
      throw violated(node.id() + " serves " + call + " at " + readIndex + " with " + node.appliedIndex() + " applied");
    }
    answeredIndex = Math.max(answeredIndex, node.appliedIndex());
  }
}
