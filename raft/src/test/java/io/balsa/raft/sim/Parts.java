package io.balsa.raft.sim;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.message.Message;
import io.balsa.raft.node.NodeConfig;
import io.balsa.raft.sim.invariant.Invariants;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster is made of, beside RaftNode itself: which log, which state machine. Made for each run anew.
 *
 * @param <R> the result of a command
 */
public interface Parts<R> {
  NodeDisk disk(Configuration initial, SimOptions options, SimRandom random);

  NodeState<R> state(SimOptions options, SimRandom random);

  RegisterProtocol<R> protocol();

  /** What a seed draws. */
  default SimOptions options(SimRandom random, Duration safety) {
    SimOptions drawn = SimOptions.draw(random, safety);
    return changesMembers() ? drawn : drawn.withoutChanges();
  }

  /** Whether nodes may join, leave and be replaced; more disks and states than there are voters are asked for then. */
  default boolean changesMembers() {
    return false;
  }

  default NodeConfig nodeConfig(SimOptions options) {
    return NodeConfig.of(options.raft());
  }

  /** What serves clients in a process; null: raft's own clients call its node. */
  default @Nullable Services<R> services(SimProcess<R> process) {
    return null;
  }

  /** @param random the run's: to be forked only */
  default Workload<R> workload(Cluster<R> cluster, SimRandom random) {
    return new RegisterWorkload<>(cluster, random);
  }

  /** What clients and replicas may have to catch up with after the faults, at the slowest settings that a seed draws. */
  default long catchUpNanos() {
    return 10_000_000_000L;
  }

  /** Whether a run may lose the state of a node, whose log stays whole (I3): see {@link NodeState#lose}. */
  default boolean losesStates() {
    return false;
  }

  default List<Invariant> invariants() {
    return Invariants.all();
  }

  /** Of a reply, for the trace: the same in every run. */
  default long hashOf(R result) {
    return String.valueOf(result).hashCode();
  }

  /** Gives a message to the network; here a test of the harness may plant a bug. */
  default void route(Cluster<R> cluster, SimNode<R> from, SimNode<R> to, Message message) {
    cluster.route(from, to, message);
  }

  /** raft's own: a log of whole frames, and registers. */
  class Toy implements Parts<RegisterState.Result> {
    private static final long FLUSH_BYTES = 10_000;

    private Configuration configuration = Configuration.EMPTY;

    @Override
    public NodeDisk disk(Configuration initial, SimOptions options, SimRandom random) {
      configuration = initial;
      return new SimLogDisk(initial, options.cachedEntries());
    }

    @Override
    public NodeState<RegisterState.Result> state(SimOptions options, SimRandom random) {
      return new RegisterState(configuration, random);
    }

    @Override
    public NodeConfig nodeConfig(SimOptions options) {
      NodeConfig defaults = NodeConfig.of(options.raft());
      return options.compacts() ? defaults.keeping(options.keepEntries(), 1L << 30, FLUSH_BYTES) : defaults;
    }

    @Override
    public boolean losesStates() {
      return true;
    }

    @Override
    public boolean changesMembers() {
      return true;
    }

    @Override
    public RegisterProtocol<RegisterState.Result> protocol() {
      return new RegisterState.Protocol();
    }
  }
}
