package io.balsa.server.grpc;

import io.balsa.raft.log.NodeId;
import java.util.List;

/** What Status tells beside consensus, and whom leadership may go to. Any thread; from memory. */
public interface NodeFacts {
  long logBytes();

  long stateBytes();

  /** It serves: formed, a leader is known, and what was committed when last looked at is applied. */
  boolean ready();

  /** What an operator should know, one sentence each. */
  List<String> alarms();

  /** The other voters, those first that are connected. */
  List<NodeId> transferTargets();

  long uptimeMillis();

  String version();
}
