package io.balsa.bench.store;

import io.balsa.bench.load.LoadClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/**
 * Redis, from the PATH: one node, which syncs its file of commands before it answers. It is there as a reference: nothing takes over when
 * that node is gone.
 */
public final class RedisStore extends StartedStore {
  /** The program. */
  public static final String PROGRAM = "redis-server";
  private static final int CLIENTS = 0;

  private RedisStore(Path directory) {
    super(PROGRAM, 1, CLIENTS + 1, directory);
  }

  /** @param directory of its data and logs */
  public static RedisStore start(Path directory) {
    RedisStore store = new RedisStore(directory);
    store.startAll();
    return store;
  }

  @Override
  void start(int node) {
    nodes.start(node,
        List.of(PROGRAM, "--port", Integer.toString(port(node, CLIENTS)), "--bind", Loopback.HOST, "--dir",
            directory.toString(), "--appendonly", "yes", "--appendfsync", "always", "--save", ""),
        directory.resolve("redis.log"));
  }

  /** It takes connections when it has read its file. */
  @Override
  Standing standing(int node) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(node, CLIENTS))) {
      return socket.isConnected() ? Standing.LEADS : Standing.NEITHER;
    } catch (IOException e) {
      return Standing.NEITHER;
    }
  }

  @Override
  LoadClient connect(int node, int connections) {
    return new RedisClient(Loopback.HOST, port(node, CLIENTS), connections);
  }
}
