package io.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.PutResponse;
import io.balsa.proto.v1.TransferLeadershipRequest;
import io.balsa.server.testing.Await;
import io.balsa.server.testing.TestCluster;
import io.balsa.server.testing.TestNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes in one JVM, over real ports and disks. */
class ClusterTest {
  @TempDir
  Path directory;

  @Test
  void threeNodesFormElectServeAndGoOnWithoutOne() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3).startAll()) {
      TestNode leader = cluster.leader();
      PutResponse put = leader.kv().put(put("greeting", "hello"));
      assertThat(put.getHeader().getMemberId()).isEqualTo(leader.id);
      assertThat(put.getHeader().getClusterId()).isNotZero();
      assertThat(put.getHeader().getRevision()).isEqualTo(2);
      assertThat(get(leader, "greeting").getKv().getValue().toStringUtf8()).isEqualTo("hello");

      leader.stop();
      TestNode next = cluster.leader();
      assertThat(get(next, "greeting").getKv().getValue().toStringUtf8()).isEqualTo("hello");
      assertThat(incr(next, "n")).isEqualTo(1);

      leader.start();
      Await.until(leader.id + " has caught up", () -> leader.status().getReady()
          && leader.status().getAppliedIndex() >= next.status().getCommitIndex());
      assertThat(incr(cluster.leader(), "n")).isEqualTo(2);

      cluster.assertEqualStates();
    }
  }

  @Test
  void leadershipGoesWhereItIsSent() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3).startAll()) {
      TestNode leader = cluster.leader();
      TestNode target = cluster.followers().getFirst();
      assertThat(leader.cluster().transferLeadership(
          TransferLeadershipRequest.newBuilder().setTargetId(target.id).build()).getLeaderId()).isEqualTo(target.id);
      assertThat(cluster.leader()).isSameAs(target);
    }
  }

  @Test
  void oneNodeAloneIsACluster() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 1).startAll()) {
      assertThat(incr(cluster.leader(), "n")).isEqualTo(1);
      cluster.nodes.getFirst().stop();
      cluster.nodes.getFirst().start();
      assertThat(incr(cluster.leader(), "n")).isEqualTo(2);
    }
  }

  private static PutRequest put(String key, String value) {
    return PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setValue(ByteString.copyFromUtf8(value))
        .build();
  }

  private static GetResponse get(TestNode node, String key) {
    return node.kv().get(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build());
  }

  private static long incr(TestNode node, String key) {
    return node.kv().incr(IncrRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setDelta(1).build()).getValue();
  }
}
