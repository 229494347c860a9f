package io.balsa.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An open loop sends what is due, and counts from when it was due. */
@Timeout(60)
class OpenLoopTest {
  private static final Duration WARMUP = Duration.ofMillis(100);
  private static final Duration MEASURED = Duration.ofMillis(500);

  /** Holds back every answer until so many have been asked for; then it answers at once. */
  private static class Holding implements LoadClient {
    private final int until;
    private final List<Answer> held = new ArrayList<>();
    private int asked;

    Holding(int until) {
      this.until = until;
    }

    @Override
    public void put(String key, byte[] value, Answer answer) {
      held.add(answer);
      if (++asked >= until) {
        held.forEach(each -> each.ended(null));
        held.clear();
      }
    }

    @Override
    public void get(String key, Answer answer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static LoadResult run(LoadClient client) {
    return new OpenLoop(1_000, 10, 8, WARMUP, MEASURED, client).run(() -> {
    }, () -> {
    });
  }

  @Test
  void asManyAsAreDueInTheWindowCount() {
    LoadResult result = run(new Holding(0));
    assertThat(result.latency().getTotalCount()).isEqualTo(500);
    assertThat(result.failures()).isZero();
  }

  /** A closed loop would have asked once, and have seen one long latency. */
  @Test
  void whatIsDueWhileNobodyAnswersIsSentAndCountedFromThen() {
    LoadResult result = run(new Holding(400)); // the first answers come 400 ms after the start
    assertThat(result.latency().getTotalCount()).isEqualTo(500);
    assertThat(result.micros(100)).isGreaterThan(280_000);
    assertThat(result.micros(70)).isGreaterThan(100_000);
  }

  @Test
  void failuresCountAsSuch() {
    LoadResult result = run(new Holding(0) {
      @Override
      public void put(String key, byte[] value, Answer answer) {
        answer.ended(new IllegalStateException("no"));
      }
    });
    assertThat(result.latency().getTotalCount()).isZero();
    assertThat(result.failures()).isEqualTo(500);
  }
}
