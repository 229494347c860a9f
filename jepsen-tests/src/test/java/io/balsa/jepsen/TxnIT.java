package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.StateHash;
import io.balsa.jepsen.workload.Outcome;
import io.balsa.jepsen.workload.Transfers;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bank whose servers are killed and stood still: the sum is the same in every read, and every transfer is done once. */
@Timeout(600)
class TxnIT {
  private static final int ROUNDS = 4;
  private static final Duration MOST = Duration.ofSeconds(90);

  @Test
  void theSumIsTheSameInEveryRead(@TempDir Path directory) throws InterruptedException {
    try (RealCluster cluster = RealCluster.start(directory, 3);
        BalsaClient client = BalsaClient.connect(cluster.endpoints());
        Transfers bank = new Transfers("bank", cluster.endpoints(), 8)) {
      bank.open(client);
      bank.start();
      for (int round = 0; round < ROUNDS; round++) {
        bank.awaitMore(100, MOST);
        ServerProcess leader = cluster.awaitLeader();
        if (round % 2 == 0) {
          leader.kill();
          leader.awaitEnd(MOST);
          bank.awaitMore(50, MOST);
          leader.start();
        } else {
          leader.pause(); // a leader that stood still must not serve what it read before
          bank.awaitMore(50, MOST);
          leader.resume();
        }
        cluster.awaitReady();
      }
      bank.finish(MOST);
      assertThat(bank.check(client.unaryKv())).isEmpty();
      assertThat(bank.sums()).isPositive();
      assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct()).hasSize(1);
      System.out.println("TxnIT: " + bank.count(Outcome.ACKNOWLEDGED) + " transfers, unknown "
          + bank.count(Outcome.UNKNOWN) + ", not done " + bank.count(Outcome.NOT_DONE) + ", " + bank.sums() + " sums");
    }
  }
}
