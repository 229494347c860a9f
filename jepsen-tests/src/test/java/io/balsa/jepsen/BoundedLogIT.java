package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.NodeStatus;
import io.balsa.client.cluster.StateHash;
import io.balsa.jepsen.cluster.NodeFiles;
import io.balsa.jepsen.workload.Load;
import io.balsa.jepsen.workload.LockPasses;
import io.balsa.jepsen.workload.Transfers;
import io.balsa.junit.cluster.RealCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mixed load for a while, during which the log directory of every node stays below a bound, however much was written. The build
 * runs it for a short time; ten minutes of it:
 *
 * <pre>
 * mvn verify -pl jepsen-tests -am -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false \
 *   -Dit.test=BoundedLogIT -Dfailsafe.failIfNoSpecifiedTests=false -Dbalsa.seconds=600
 * </pre>
 */
class BoundedLogIT {
  private static final Duration RUN = Duration.ofSeconds(Long.getLong("balsa.seconds", 20));
  private static final Duration MOST = Duration.ofSeconds(90);
  private static final Duration COMPACTED_MOST = Duration.ofMinutes(3);
  private static final long SEGMENT_BYTES = 4 << 20;
  /**
   * Small, that the bound is reached soon, but no smaller: with every flush comes a file, and when RocksDB's compaction falls behind
   * small ones by the dozen it holds up the writes, and so the log's compaction, for many seconds.
   */
  private static final long FLUSH_BYTES = 16 << 20;
  private static final int KEEP_ENTRIES = 1000;
  /**
   * What is not flushed, what is kept besides (1,000 entries, each in a batch of its own of 4 KiB at worst), the segment that is
   * written to and a spare one; twice that, since flushes and compaction run beside the load.
   */
  private static final long BOUND = 2 * (FLUSH_BYTES + KEEP_ENTRIES * 4096L + 2 * SEGMENT_BYTES);

  @Test
  @Timeout(1800)
  void theLogStaysBoundedHoweverMuchIsWritten(@TempDir Path directory) throws InterruptedException {
    try (RealCluster cluster = RealCluster.start(directory, 3, "--log-keep-entries", Integer.toString(KEEP_ENTRIES),
        "--log-segment-bytes", Long.toString(SEGMENT_BYTES), "--log-flush-bytes", Long.toString(FLUSH_BYTES));
        BalsaClient client = BalsaClient.connect(cluster.endpoints());
        Load load = Load.increments(cluster.endpoints(), 4, 64);
        LockPasses passes = new LockPasses("baton", cluster.endpoints(), 4);
        Transfers bank = new Transfers("bank", cluster.endpoints(), 4)) {
      bank.open(client);
      load.start();
      passes.start();
      bank.start();
      long[] longest = new long[cluster.nodes().size()];
      long begin = System.nanoTime();
      // On a slow machine it takes longer until there is something to let go of.
      while (System.nanoTime() - begin < RUN.toNanos() || !isCompacted(cluster)) {
        for (int i = 0; i < longest.length; i++) {
          longest[i] = Math.max(longest[i], NodeFiles.of(cluster.nodes().get(i)).logBytes());
        }
        assertThat(Arrays.stream(longest).max().orElse(0)).as("bytes of the longest log").isLessThan(BOUND);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).as("until every log was compacted")
            .isLessThan(RUN.plus(COMPACTED_MOST));
        LockSupport.parkNanos(250_000_000);
      }
      passes.finish(MOST);
      bank.finish(MOST);
      assertThat(load.check()).isEmpty();
      assertThat(passes.check(client.unaryKv())).isEmpty();
      assertThat(bank.check(client.unaryKv())).isEmpty();
      assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct()).hasSize(1);
      long last = cluster.status(cluster.awaitLeader()).orElseThrow().lastIndex();
      System.out.println("BoundedLogIT: " + RUN + ", " + last + " entries; the longest log had "
          + Arrays.toString(longest) + " bytes, the bound is " + BOUND + "; " + load);
    }
  }

  private static boolean isCompacted(RealCluster cluster) {
    return cluster.nodes().stream()
        .allMatch(node -> cluster.status(node).map(NodeStatus::firstIndex).orElse(0L) > 1);
  }
}
