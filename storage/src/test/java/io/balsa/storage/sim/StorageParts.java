package io.balsa.storage.sim;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.node.NodeConfig;
import io.balsa.raft.sim.NodeDisk;
import io.balsa.raft.sim.NodeState;
import io.balsa.raft.sim.Parts;
import io.balsa.raft.sim.RegisterProtocol;
import io.balsa.raft.sim.SimOptions;
import io.balsa.raft.sim.SimRandom;
import java.util.Arrays;

/** A cluster on SegmentedLog and KvStateMachine. For one run. */
class StorageParts implements Parts<Result> {
  private final KvProtocol protocol = new KvProtocol();
  private Configuration configuration = Configuration.EMPTY;

  @Override
  public NodeDisk disk(Configuration initial, SimOptions options, SimRandom random) {
    configuration = initial;
    return new SegmentDisk(initial, random);
  }

  @Override
  public NodeState<Result> state(SimOptions options, SimRandom random) {
    return new KvState(configuration, random);
  }

  @Override
  public NodeConfig nodeConfig(SimOptions options) {
    return KvState.nodeConfig(options);
  }

  @Override
  public boolean losesStates() {
    return true;
  }

  @Override
  public long hashOf(Result result) {
    return Arrays.hashCode(result.toByteArray());
  }

  @Override
  public boolean changesMembers() {
    return true;
  }

  @Override
  public RegisterProtocol<Result> protocol() {
    return protocol;
  }
}
