package io.balsa.bench.store;

import io.balsa.bench.load.LoadClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/**
 * Redis, from the PATH: one node, which syncs its file of commands before it answers. It is there as a reference: nothing takes over when
 * that node is gone.
 */
public final class RedisStore implements Store {
  /** The program. */
  public static final String PROGRAM = "redis-server";
  private static final int NODE = 1;
  private static final int CONNECT_MILLIS = 1_000;

  private final Children nodes = new Children();
  private final int port = Loopback.freePorts(1)[0];
  private final Path directory;

  private RedisStore(Path directory) {
    this.directory = directory;
  }

  /** @param directory of its data and logs */
  public static RedisStore start(Path directory) {
    RedisStore store = new RedisStore(directory);
    try {
      store.startNode();
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** And waits until it takes connections, which it does when it has read its file. */
  private void startNode() {
    nodes.start(NODE, List.of(PROGRAM, "--port", Integer.toString(port), "--bind", Loopback.HOST, "--dir",
        directory.toString(), "--appendonly", "yes", "--appendfsync", "always", "--save", ""),
        directory.resolve("redis.log"));
    nodes.await(PROGRAM, this::isThere, directory);
  }

  private boolean isThere() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public List<Long> pids() {
    return nodes.pids();
  }

  @Override
  public LoadClient connect(Api api) {
    return new RedisClient(Loopback.HOST, port, CONNECTIONS);
  }

  @Override
  public List<LoadClient> connectEach() {
    return List.of(new RedisClient(Loopback.HOST, port, 1));
  }

  @Override
  public void killLeader() {
    nodes.kill(NODE);
  }

  @Override
  public void restartKilled() {
    nodes.awaitKilled();
    startNode();
  }

  @Override
  public void close() {
    nodes.close();
  }
}
