package io.balsa.cli.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The nodes n1, n2, ... of a cluster on the loopback, each with a data directory and a log file under one directory. */
public final class LocalCluster {
  /** What a node has to hand over leadership and flush before it is killed. */
  private static final Duration STOP_MOST = Duration.ofSeconds(20);

  private final List<LocalNode> nodes;

  private LocalCluster(List<LocalNode> nodes) {
    this.nodes = nodes;
  }

  /**
   * Describes a cluster; starts nothing.
   *
   * @param ports one a node
   * @param flags of every server, besides those that make it a node of the cluster
   */
  public static LocalCluster of(Path directory, List<Integer> ports, List<String> flags) {
    Path program = program();
    List<String> addresses = ports.stream().map(port -> "127.0.0.1:" + port).toList();
    String cluster = IntStream.range(0, ports.size()).mapToObj(i -> "n" + (i + 1) + "=" + addresses.get(i))
        .collect(Collectors.joining(","));
    List<LocalNode> nodes = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      nodes.add(new LocalNode("n" + (i + 1), addresses.get(i), directory.toAbsolutePath(), program, cluster, flags));
    }
    return new LocalCluster(List.copyOf(nodes));
  }

  private static Path program() {
    String home = System.getProperty("balsa.home");
    if (home == null) {
      throw new IllegalStateException("the property balsa.home is not set; start this program with bin/balsa");
    }
    Path program = Path.of(home, "bin", "balsa");
    if (!Files.isExecutable(program)) {
      throw new IllegalStateException(program + " is missing; install Balsa again");
    }
    return program;
  }

  public List<LocalNode> nodes() {
    return nodes;
  }

  /** Of all nodes. */
  public List<String> addresses() {
    return nodes.stream().map(LocalNode::address).toList();
  }

  /** As {@code --endpoints} takes them. */
  public String endpoints() {
    return String.join(",", addresses());
  }

  /** The node of this id. */
  public LocalNode node(String id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no node " + id));
  }

  /**
   * Stops all in order, the last first, and kills what does not end in time.
   *
   * @return the nodes that had to be killed
   */
  public List<LocalNode> stop() throws InterruptedException {
    List<LocalNode> killed = new ArrayList<>();
    for (LocalNode node : nodes.reversed()) {
      node.terminate();
      if (!node.awaitEnd(STOP_MOST)) {
        killed.add(node);
        node.kill();
        node.awaitEnd(STOP_MOST);
      }
    }
    return killed;
  }

  /** Kills all at once. */
  public void kill() throws InterruptedException {
    nodes.forEach(LocalNode::kill);
    for (LocalNode node : nodes) {
      node.awaitEnd(STOP_MOST);
    }
  }
}
