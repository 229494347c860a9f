package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import io.balsa.raft.log.NodeId;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node serves a group yet: its ports are open before it has formed a cluster, because nodes find each other
 * through them.
 */
public final class Serving {
  private final NodeId self;
  private final Supplier<List<String>> waitingFor;
  private final AtomicReference<@Nullable Group> group = new AtomicReference<>();
  private volatile Supplier<String> outside = () -> "";
  private volatile long clusterId;

  /** @param waitingFor whom formation has not reached */
  public Serving(NodeId self, Supplier<List<String>> waitingFor) {
    this.self = self;
    this.waitingFor = waitingFor;
  }

  /** The node belongs to a cluster: from its start on, if it has formed one before. It serves a moment later. */
  public void formed(long newClusterId) {
    clusterId = newClusterId;
  }

  /** Tells in one sentence what keeps the node from serving; empty: nothing in particular. */
  public void explain(Supplier<String> sentence) {
    outside = sentence;
  }

  public void begin(Group served) {
    group.set(served);
  }

  @Nullable
  Group group() {
    return group.get();
  }

  NodeId self() {
    return self;
  }

  /** 0: it has formed none yet. */
  long clusterId() {
    return clusterId;
  }

  List<String> waitingFor() {
    return clusterId == 0 && group.get() == null ? waitingFor.get() : List.of();
  }

  /** What a request gets while there is no group. */
  Error notFormed() {
    String sentence = outside.get();
    if (!sentence.isEmpty() && waitingFor().isEmpty()) {
      return Errors.error(Reason.NO_LEADER, sentence + "; try another node");
    }
    if (clusterId != 0) {
      return Errors.error(Reason.NO_LEADER,
          self + " is starting: it opens its log and its state; try again in a moment, or another node");
    }
    List<String> missing = waitingFor();
    return Errors.error(Reason.NO_LEADER, self + " has not formed its cluster yet"
        + (missing.isEmpty() ? "" : "; it has not reached " + String.join(", ", missing)));
  }
}
