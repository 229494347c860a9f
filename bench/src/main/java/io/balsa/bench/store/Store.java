package io.balsa.bench.store;

import io.balsa.bench.load.LoadClient;
import java.util.List;
import java.util.Optional;

/** The nodes of a store, three or one, which run from when this is made until it is closed. */
public interface Store extends AutoCloseable {
  /** Connections of a client to the node that it asks. */
  int CONNECTIONS = 4;
  /** Of a store that replicates. */
  int NODES = 3;

  /** How the store is asked. */
  enum Api {
    /** A call an operation. */
    UNARY,
    /** Operations follow each other on a stream. */
    SESSION
  }

  /** Of all nodes. */
  List<Long> pids();

  /** A client, connected; closed by the caller before the store. */
  LoadClient connect(Api api) throws InterruptedException;

  /** A client of every node, connected to it alone by one connection; closed by the caller before the store. */
  List<LoadClient> connectEach() throws InterruptedException;

  /**
   * Watchers of all keys that begin so, not begun; closed by the caller before the store. Empty: this store tells its watchers no values.
   */
  default Optional<Watchers> watchers(int count, String prefix) {
    return Optional.empty();
  }

  /** Ends the process of the node that leads, by SIGKILL. */
  void killLeader();

  /** Starts what {@link #killLeader} has ended, and waits until it serves with the others. */
  void restartKilled();

  /** Ends the nodes. */
  @Override
  void close();
}
