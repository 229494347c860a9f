package io.balsa.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.balsa.proto.v1.ClusterGrpc;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.HashRequest;
import io.balsa.proto.v1.HashResponse;
import io.balsa.proto.v1.PutRequest;
import io.balsa.server.config.Setting;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Nodes of one cluster in this JVM, on loopback, on free ports. None is started. */
public final class TestCluster implements AutoCloseable {
  private static final int WRITES = 10;

  public final List<TestNode> nodes = new ArrayList<>();
  private final Path directory;

  public TestCluster(Path directory, int size) throws IOException {
    this.directory = directory;
    List<Integer> ports = freePorts(size);
    StringBuilder cluster = new StringBuilder();
    for (int i = 0; i < size; i++) {
      cluster.append(i == 0 ? "" : ",").append("n").append(i + 1).append("=127.0.0.1:").append(ports.get(i));
    }
    for (int i = 0; i < size; i++) {
      String id = "n" + (i + 1);
      nodes.add(new TestNode(id, ports.get(i), directory.resolve(id), cluster.toString()));
    }
  }

  /** A further node, that joins by asking those that are there; not started, and not added. */
  public TestNode joiner(String id) throws IOException {
    String join = nodes.stream().map(TestNode::address).collect(Collectors.joining(","));
    TestNode node = new TestNode(id, freePorts(1).getFirst(), directory.resolve(id), Setting.JOIN, join);
    nodes.forEach(other -> other.flags.forEach((setting, value) -> {
      if (setting == Setting.REPLACE_AFTER_MILLIS) {
        node.flags.put(setting, value);
      }
    }));
    nodes.add(node);
    return node;
  }

  /** The same setting for all. */
  public TestCluster with(Setting setting, String value) {
    nodes.forEach(node -> node.flags.put(setting, value));
    return this;
  }

  public TestNode node(String id) {
    return nodes.stream().filter(node -> node.id.equals(id)).findFirst().orElseThrow();
  }

  /**
   * Below the ports that the system gives to outgoing connections (32768 and up): one of those could be taken by somebody's
   * connection before a node listens there, or while it is down.
   */
  public static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    try {
      for (int attempt = 0; ports.size() < count; attempt++) {
        try {
          ServerSocket socket = new ServerSocket(ThreadLocalRandom.current().nextInt(10_000, 30_000), 1,
              InetAddress.getLoopbackAddress());
          sockets.add(socket);
          ports.add(socket.getLocalPort());
        } catch (BindException e) {
          if (attempt >= 100) {
            throw e;
          }
        }
      }
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
    return ports;
  }

  public TestCluster startAll() throws Exception {
    for (TestNode node : nodes) {
      node.start();
    }
    return this;
  }

  /** The node that leads and serves, once there is one. */
  public TestNode leader() {
    TestNode[] found = new TestNode[1];
    Await.until("a leader that serves", () -> {
      for (TestNode node : nodes) {
        if (node.leads()) {
          node.kv().get(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("any")).build());
          found[0] = node;
          return true;
        }
      }
      return false;
    }, this::states);
    return found[0];
  }

  public List<TestNode> followers() {
    TestNode leader = leader();
    return nodes.stream().filter(node -> node != leader && node.isRunning()).toList();
  }

  /**
   * That the states of all nodes that run are equal. A hash is of one index if its node is asked before it gets there, so all are asked
   * at once, for an index that comes by writes made here; one that was passed by then (entries come also by themselves) is asked again.
   */
  public void assertEqualStates() throws Exception {
    List<HashResponse> hashes = hashes();
    for (int i = 0; hashes.stream().mapToLong(HashResponse::getAppliedIndex).distinct().count() > 1; i++) {
      assertThat(i).as("some node was asked too late, again and again: %s", hashes).isLessThan(20);
      hashes = hashes();
    }
    assertThat(hashes).extracting(HashResponse::getHash).containsOnly(hashes.getFirst().getHash());
  }

  private List<HashResponse> hashes() throws Exception {
    TestNode leader = leader();
    HashRequest soon = HashRequest.newBuilder().setIndex(leader.status().getAppliedIndex() + WRITES).build();
    List<ListenableFuture<HashResponse>> asked = new ArrayList<>();
    for (TestNode node : nodes) {
      if (node.isRunning()) {
        asked.add(ClusterGrpc.newFutureStub(node.channel()).withDeadlineAfter(10, TimeUnit.SECONDS).hash(soon));
      }
    }
    for (int i = 0; i < WRITES; i++) {
      leader.kv().put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("hash")).build());
    }
    List<HashResponse> hashes = new ArrayList<>();
    for (ListenableFuture<HashResponse> hash : asked) {
      hashes.add(hash.get());
    }
    return hashes;
  }

  private String states() {
    StringBuilder states = new StringBuilder();
    for (TestNode node : nodes) {
      states.append(node.id).append(": ").append(node.isRunning() ? node.server().notReadyBecause() : "stopped")
          .append(' ')
          .append(node.fatalText()).append("; ");
    }
    return states.toString();
  }

  @Override
  public void close() {
    nodes.forEach(TestNode::close);
  }
}
