package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.ReadIndex;
import io.balsa.raft.message.ReadIndexReply;
import io.balsa.raft.sim.Call;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A read index covers every write that was answered, and every read that was served, before the read was asked for, on any node
 * (C3); and it is applied when the read is served. The same holds of what a leader answers to another member: it covers what was
 * answered before the request left; and no two requests have the same id.
 */
public final class ReadIndexCovers implements Invariant {
  private record Request(NodeId from, long boot, long read) {
  }

  private long answeredIndex;
  private final Map<Long, Long> answeredWhenAsked = new HashMap<>();
  private final Map<Request, Long> answeredWhenRequested = new HashMap<>();

  @Override
  public void repliedApplied(NodeView node, Call call, LogId id, @Nullable Object result) {
    answeredIndex = Math.max(answeredIndex, id.index());
  }

  @Override
  public void readAsked(NodeView node, Call call) {
    answeredWhenAsked.put(call.id(), answeredIndex);
  }

  @Override
  public void sent(NodeView from, NodeId to, Message message) {
    if (message instanceof ReadIndex request) {
      Request id = new Request(from.id(), request.boot(), request.read());
      if (answeredWhenRequested.put(id, answeredIndex) != null) {
        throw violated(from.id() + " sends two requests under one id: " + request);
      }
    } else if (message instanceof ReadIndexReply reply) {
      Long covered = answeredWhenRequested.get(new Request(to, reply.boot(), reply.read()));
      if (covered == null) {
        throw violated(from.id() + " answers what " + to + " has not asked: " + reply);
      }
      if (reply.readIndex() < covered) {
        throw violated(
            from.id() + " answers " + reply + " to " + to + "; " + covered + " was answered before it was asked");
      }
    }
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
