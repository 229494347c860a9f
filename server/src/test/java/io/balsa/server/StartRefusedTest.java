package io.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.PutRequest;
import io.balsa.server.config.Setting;
import io.balsa.server.identity.StartRefused;
import io.balsa.server.testing.Await;
import io.balsa.server.testing.TestCluster;
import io.balsa.server.testing.TestNode;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a node from starting: one clear sentence, and nothing lost or held. */
class StartRefusedTest {
  @TempDir
  Path directory;

  private static void refused(TestNode node, String... parts) {
    assertThatThrownBy(node::start).isInstanceOf(StartRefused.class).hasMessageContainingAll(parts);
    assertThat(node.isRunning()).isFalse();
  }

  private static void delete(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void aPortInUse() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      TestNode node = cluster.nodes.getFirst();
      try (ServerSocket other = new ServerSocket(node.port, 1, InetAddress.getLoopbackAddress())) {
        assertThat(other.isBound()).isTrue();
        refused(node, "--listen 127.0.0.1:" + node.port, "Stop the process that listens there");
      }
      node.start(); // and the directory was released
      cluster.leader();
    }
  }

  @Test
  void theOpsPortInUse() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 1);
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      TestNode node = cluster.nodes.getFirst();
      node.flags.put(Setting.OPS_LISTEN, "127.0.0.1:" + other.getLocalPort());
      refused(node, "--ops-listen", "another address");
    }
  }

  @Test
  void twoServersOnOneDirectory() throws Exception {
    List<Integer> ports = TestCluster.freePorts(2);
    String cluster = "n1=127.0.0.1:" + ports.get(0);
    try (TestNode node = new TestNode("n1", ports.get(0), directory.resolve("n1"), cluster).start();
        TestNode second = new TestNode("n1", ports.get(1), directory.resolve("n1"), cluster)) {
      second.flags.put(Setting.PEER_ADVERTISE, "127.0.0.1:" + ports.get(0));
      refused(second, "in use by another server");
      assertThat(node.isRunning()).isTrue();
    }
  }

  @Test
  void theDirectoryOfAnotherNode() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 2)) {
      TestNode n1 = cluster.nodes.get(0).start();
      n1.stop();
      TestNode n2 = cluster.nodes.get(1);
      n2.flags.put(Setting.DATA, n1.data.toString());
      refused(n2, "belongs to node n1, not to n2");
    }
  }

  @Test
  void aLostLog() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      TestNode node = cluster.nodes.getFirst().start();
      cluster.leader();
      node.stop();
      delete(node.data.resolve("group-0/log"));
      refused(node, "the log of n1", "is gone", "it was the only member", "balsa snapshot restore");
      Files.createDirectories(node.data.resolve("group-0/log"));
      Files.writeString(node.data.resolve("group-0/log/notes.txt"), "not a log");
      refused(node, "log");
    }
  }

  @Test
  void aFlippedBitInTheLog() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      TestNode node = cluster.nodes.getFirst().start();
      TestNode leader = cluster.leader();
      for (int i = 0; i < 5; i++) {
        leader.kv().put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k" + i)).build());
      }
      node.stop();
      Path segment;
      try (Stream<Path> files = Files.list(node.data.resolve("group-0/log"))) {
        segment = files.filter(f -> f.getFileName().toString().contains("segment") || f.toString().endsWith(".log"))
            .sorted()
            .findFirst().orElseThrow();
      }
      byte[] bytes = Files.readAllBytes(segment);
      bytes[4096 + 40] ^= 1;
      Files.write(segment, bytes);
      refused(node, "corrupt log");
    }
  }

  /** I2: a known node with an empty directory ends with what to do, and the others go on. */
  @Test
  void aKnownNodeWithAnEmptyDirectory() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3).startAll()) {
      cluster.leader();
      TestNode lost = cluster.followers().getFirst();
      lost.stop();
      delete(lost.data);
      lost.start();
      Await.until("it ends", () -> lost.exitStatus.get() == FailStop.EXIT_STATUS);
      assertThat(lost.fatalText()).contains("node " + lost.id + " stops",
          "knows " + lost.id + " with the data of incarnation",
          "Give --data the directory that it had", "balsa member remove " + lost.id);
      lost.stop();
      cluster.leader().kv().put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build());
    }
  }

  /** Waiting nodes say for whom, in /ready and Status, and answer clients that they cannot serve. */
  @Test
  void aNodeAloneWaitsAndSaysForWhom() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3)) {
      TestNode alone = cluster.nodes.getFirst().start();
      Await.until("it has asked", () -> alone.status().getWaitingForList().equals(List.of("n2", "n3"))
          && alone.server().notReadyBecause().toString().contains("n3 at"));
      assertThat(alone.status().getReady()).isFalse();
      assertThatThrownBy(() -> alone.kv().put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build()))
          .isInstanceOf(StatusRuntimeException.class).hasMessageContainingAll("UNAVAILABLE", "not reached n2, n3");
      assertThat(Files.exists(alone.data.resolve("formed"))).isFalse();
    }
  }

  /** Nobody is there whom it could ask: it waits, and says for what. */
  @Test
  void aJoinerWithoutAClusterWaits() throws Exception {
    try (TestNode node = new TestNode("n4", TestCluster.freePorts(1).getFirst(), directory.resolve("n4"), Setting.JOIN,
        "127.0.0.1:1").start()) {
      Await.until("it says so", () -> node.server().notReadyBecause().toString()
          .contains("n4 has not joined its cluster yet, 127.0.0.1:1 is not reached: connection refused"));
      assertThatThrownBy(() -> node.kv().put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build()))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContainingAll("UNAVAILABLE", "has not joined its cluster yet");
      assertThat(Files.exists(node.data.resolve("formed"))).isFalse();
    }
  }
}
