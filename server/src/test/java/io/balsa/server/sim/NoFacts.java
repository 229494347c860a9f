package io.balsa.server.sim;

import io.balsa.raft.log.NodeId;
import io.balsa.server.grpc.NodeFacts;
import java.util.List;

/** Nobody asks for Status here. */
final class NoFacts implements NodeFacts {
  @Override
  public long logBytes() {
    return 0;
  }

  @Override
  public long stateBytes() {
    return 0;
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public List<String> alarms() {
    return List.of();
  }

  @Override
  public List<NodeId> transferTargets() {
    return List.of();
  }

  @Override
  public long uptimeMillis() {
    return 0;
  }

  @Override
  public String version() {
    return "simulated";
  }
}
