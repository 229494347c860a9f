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

  /** @param waitingFor whom formation has not reached */
  public Serving(NodeId self, Supplier<List<String>> waitingFor) {
    this.self = self;
    this.waitingFor = waitingFor;
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

  List<String> waitingFor() {
    return group.get() == null ? waitingFor.get() : List.of();
  }

  /** What a request gets while there is no group. */
  Error notFormed() {
    List<String> missing = waitingFor();
    return Errors.error(Reason.NO_LEADER, self + " has not formed its cluster yet"
        + (missing.isEmpty() ? "" : "; it has not reached " + String.join(", ", missing)));
  }
}
