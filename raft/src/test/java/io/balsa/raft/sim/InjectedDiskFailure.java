package io.balsa.raft.sim;

import java.io.IOException;

/** A disk failure that the simulator caused: the node is expected to end, saying so. */
public final class InjectedDiskFailure extends IOException {
  public InjectedDiskFailure(String message) {
    super(message);
  }
}
