package io.balsa.storage.sim;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.sim.NodeDisk;
import io.balsa.raft.sim.NodeState;
import io.balsa.raft.sim.Parts;
import io.balsa.raft.sim.RegisterProtocol;
import io.balsa.raft.sim.SimOptions;
import io.balsa.raft.sim.SimRandom;

/** A cluster on SegmentedLog and KvStateMachine. For one run. */
class StorageParts implements Parts<Result> {
  private final KvProtocol protocol = new KvProtocol();
  /** The state of the node whose disk was asked for last: the log is told what it holds (L2). */
  private KvState lastState = new KvState();

  @Override
  public NodeDisk disk(Configuration initial, SimOptions options, SimRandom random) {
    KvState state = newState();
    lastState = state;
    return new SegmentDisk(initial, random);
  }

  @Override
  public NodeState<Result> state(SimOptions options, SimRandom random) {
    return lastState;
  }

  @Override
  public boolean changesMembers() {
    return true;
  }

  protected KvState newState() {
    return new KvState();
  }

  @Override
  public RegisterProtocol<Result> protocol() {
    return protocol;
  }
}
