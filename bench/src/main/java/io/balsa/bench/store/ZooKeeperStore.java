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
import java.util.List;
import java.util.stream.Collectors;

/** ZooKeeper, from this program's class path, as it is set up by itself; its writes are synced, as they are unless it is told otherwise. */
public final class ZooKeeperStore extends StartedStore {
  private static final int CLIENTS = 0;
  private static final int PEERS = 1;
  private static final int ELECTIONS = 2;
  private static final int TIMEOUT_MILLIS = 2000;

  private ZooKeeperStore(Path directory) {
    super("ZooKeeper", NODES, ELECTIONS + 1, directory);
  }

  /** @param directory of its data and logs */
  public static ZooKeeperStore start(Path directory) {
    ZooKeeperStore store = new ZooKeeperStore(directory);
    store.startAll();
    return store;
  }

  @Override
  void start(int node) {
    Path data = directory.resolve("zk" + node);
    Path config = directory.resolve("zk" + node + ".cfg");
    String servers = nodeNumbers()
        .mapToObj(other -> "server." + other + "=" + address(other, PEERS) + ":" + port(other, ELECTIONS))
        .collect(Collectors.joining("\n"));
    try {
      Files.createDirectories(data);
      Files.writeString(data.resolve("myid"), Integer.toString(node));
      Files.writeString(config, "tickTime=2000\ninitLimit=10\nsyncLimit=5\nmaxClientCnxns=0\nadmin.enableServer=false\n"
          + "4lw.commands.whitelist=srvr\nclientPortAddress=" + Loopback.HOST + "\nclientPort=" + port(node, CLIENTS)
          + "\ndataDir=" + data + "\n" + servers + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    nodes.start(node, List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
        "-Dlogback.configurationFile=logback-compare.xml", "-Dbalsa.compare.zookeeper.level=WARN", "-cp",
        System.getProperty("java.class.path"), "org.apache.zookeeper.server.quorum.QuorumPeerMain", config.toString()),
        directory.resolve("zk" + node + ".log"));
  }

  @Override
  Standing standing(int node) {
    String said = says(node);
    if (said.contains("Mode: leader")) {
      return Standing.LEADS;
    }
    return said.contains("Mode: ") ? Standing.FOLLOWS : Standing.NEITHER;
  }

  /** To its command of four letters; empty while it does not serve. */
  private String says(int node) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(node, CLIENTS))) {
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
  LoadClient connect(int node, int connections) throws InterruptedException {
    return new ZooKeeperClient(address(node, CLIENTS), connections);
  }
}
