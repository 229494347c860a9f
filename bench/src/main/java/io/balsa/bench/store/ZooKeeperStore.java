package io.balsa.bench.store;

import io.balsa.bench.load.LoadClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** ZooKeeper, from this program's class path, as it is set up by itself; its writes are synced, as they are unless it is told otherwise. */
public final class ZooKeeperStore implements Store {
  private static final int NODES = 3;
  private static final int TIMEOUT_MILLIS = 2000;

  private final Children nodes = new Children();
  private final int[] ports = Loopback.freePorts(3 * NODES);

  private final Path directory;

  private ZooKeeperStore(Path directory) {
    this.directory = directory;
  }

  /** @param directory of its data and logs */
  public static ZooKeeperStore start(Path directory) {
    ZooKeeperStore store = new ZooKeeperStore(directory);
    try {
      Loopback.nodes(NODES).forEach(node -> store.start(directory, node));
      store.nodes.await("ZooKeeper", () -> store.leader().isPresent(), directory);
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private void start(Path directory, int node) {
    Path data = directory.resolve("zk" + node);
    Path config = directory.resolve("zk" + node + ".cfg");
    String servers = Loopback.nodes(NODES).mapToObj(other -> "server." + other + "=" + Loopback.HOST + ":"
        + ports[NODES + other - 1] + ":" + ports[2 * NODES + other - 1]).collect(Collectors.joining("\n"));
    try {
      Files.createDirectories(data);
      Files.writeString(data.resolve("myid"), Integer.toString(node));
      Files.writeString(config, "tickTime=2000\ninitLimit=10\nsyncLimit=5\nmaxClientCnxns=0\nadmin.enableServer=false\n"
          + "4lw.commands.whitelist=srvr\nclientPortAddress=" + Loopback.HOST + "\nclientPort=" + ports[node - 1]
          + "\ndataDir=" + data + "\n" + servers + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    nodes.start(node, List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
        "-Dbalsa.compare.zookeeper.level=WARN", "-cp",
        System.getProperty("java.class.path"), "org.apache.zookeeper.server.quorum.QuorumPeerMain", config.toString()),
        directory.resolve("zk" + node + ".log"));
  }

  private String address(int node) {
    return Loopback.HOST + ":" + ports[node - 1];
  }

  private OptionalInt leader() {
    return Loopback.nodes(NODES).filter(node -> says(node).contains("Mode: leader")).findFirst();
  }

  private int knownLeader() {
    return leader().orElseThrow(() -> new IllegalStateException("ZooKeeper has no leader"));
  }

  /** To its command of four letters; empty while it does not serve. */
  private String says(int node) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ports[node - 1])) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      try (InputStream answer = socket.getInputStream()) {
        return new String(answer.readAllBytes(), StandardCharsets.US_ASCII);
      }
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public List<Long> pids() {
    return nodes.pids();
  }

  @Override
  public LoadClient connect(Api api) throws InterruptedException {
    return new ZooKeeperClient(address(knownLeader()), CONNECTIONS);
  }

  @Override
  public List<LoadClient> connectEach() throws InterruptedException {
    List<LoadClient> clients = new ArrayList<>();
    for (int node = 1; node <= NODES; node++) {
      clients.add(new ZooKeeperClient(address(node), 1));
    }
    return clients;
  }

  @Override
  public void killLeader() {
    nodes.kill(knownLeader());
  }

  @Override
  public void restartKilled() {
    int node = nodes.restartKilled();
    nodes.await("ZooKeeper", () -> says(node).contains("Mode: "), directory);
  }

  @Override
  public void close() {
    nodes.close();
  }
}
