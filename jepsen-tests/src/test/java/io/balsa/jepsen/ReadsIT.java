package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.BalsaClient;
import io.balsa.jepsen.workload.NodeReads;
import io.balsa.jepsen.workload.Outcome;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reads at every node, while leaders and followers stand still, are killed and come back. */
@Timeout(600)
class ReadsIT {
  private static final int ROUNDS = 3;
  private static final long READS = 50;
  private static final Duration MOST = Duration.ofSeconds(90);

  /** etcd #20418: a process that stood still served the past as if it were now. */
  @Test
  void etcd20418_noNodeServesThePastAfterAPause(@TempDir Path directory) throws InterruptedException {
    try (RealCluster cluster = RealCluster.start(directory, 3);
        NodeReads reads = new NodeReads(cluster.nodes().stream().map(ServerProcess::address).toList());
        BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
      reads.start();
      for (int round = 0; round < ROUNDS; round++) {
        awaitReadsAtAll(reads, cluster.nodes());
        ServerProcess leader = cluster.awaitLeader();
        leader.pause();
        reads.awaitMore(200, MOST);
        leader.resume();
        awaitReadsAtAll(reads, cluster.nodes());

        ServerProcess follower = cluster.awaitFollower();
        follower.pause();
        reads.awaitMore(200, MOST);
        follower.resume();
        awaitReadsAtAll(reads, cluster.nodes());

        ServerProcess killed = round % 2 == 0 ? cluster.awaitFollower() : cluster.awaitLeader();
        killed.kill();
        killed.awaitEnd(MOST);
        reads.awaitMore(200, MOST);
        killed.start();
        cluster.awaitReady();
      }
      reads.finish(MOST);
      System.out.println("ReadsIT: " + reads + ", not served in time " + reads.count(Outcome.NOT_DONE));
      assertThat(reads.check(client.unaryKv())).isEmpty();
    }
  }

  private static void awaitReadsAtAll(NodeReads reads, List<ServerProcess> nodes) {
    for (int node = 0; node < nodes.size(); node++) {
      int at = node;
      long wanted = reads.served(node) + READS;
      Await.until(MOST, () -> reads.served(at) >= wanted, () -> nodes.get(at).id() + " serves no reads");
    }
  }
}
