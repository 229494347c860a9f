package io.balsa.raft.sim;

import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import org.jspecify.annotations.Nullable;

/** Whoever waits for an answer of a node. */
public interface Caller<R> {
  void applied(LogId at, R result);

  void readReady(SimProcess<R> server);

  void rejected(Rejection why, @Nullable NodeId leader);

  void unknown();
}
