package io.balsa.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A probe sees how long no node took a write. */
@Timeout(60)
class WriteProbeTest {
  private static final Duration MOST = Duration.ofSeconds(30);

  /** Takes writes, or refuses them. */
  private static final class Node implements LoadClient {
    volatile boolean takes = true;

    @Override
    public void put(String key, byte[] value, Answer answer) {
      answer.ended(takes ? null : new IllegalStateException("no"));
    }

    @Override
    public void get(String key, Answer answer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  @Test
  void theTimeInWhichAllRefuseIsAGap_thatInWhichOneDoesIsNone() throws InterruptedException {
    Node one = new Node();
    Node other = new Node();
    try (WriteProbe probe = new WriteProbe(List.of(one, other))) {
      probe.awaitMore(20, MOST);
      one.takes = false;
      probe.awaitMore(20, MOST);
      probe.forgetGaps();
      long fromNanos = System.nanoTime();
      other.takes = false;
      assertThat(new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS)).isFalse();
      long seenNanos = System.nanoTime() - fromNanos;
      one.takes = true;
      probe.awaitMore(20, MOST);
      assertThat(probe.longestGapNanos()).isGreaterThan(seenNanos - 50_000_000);
      probe.forgetGaps();
      assertThat(probe.longestGapNanos()).isLessThan(seenNanos);
    }
  }

  @Test
  void whoWaitsForWritesThatDoNotComeIsTold() throws InterruptedException {
    Node node = new Node();
    node.takes = false;
    try (WriteProbe probe = new WriteProbe(List.of(node))) {
      assertThatIllegalStateException().isThrownBy(() -> probe.awaitMore(1, Duration.ofMillis(50)))
          .withMessageContaining("0 writes of 1 were acknowledged");
    }
  }
}
