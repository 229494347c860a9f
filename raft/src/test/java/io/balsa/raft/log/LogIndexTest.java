package io.balsa.raft.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** The log index against a plain list of (term, size). */
class LogIndexTest {
  private record Plain(long term, int size) {
  }

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void behavesLikeAList(@ForAll long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    LogId base = new LogId(random.nextLong(3), random.nextLong(5));
    LogIndex index = new LogIndex(base);
    List<Plain> plain = new ArrayList<>();
    long compacted = base.index();
    long term = Math.max(1, base.term());
    for (int step = 0; step < 200; step++) {
      switch (random.nextInt(6)) {
        case 0 -> term += random.nextInt(2);
        case 1 -> {
          if (!plain.isEmpty()) {
            int from = random.nextInt(plain.size());
            index.truncateFrom(compacted + 1 + from);
            plain.subList(from, plain.size()).clear();
          }
        }
        case 2 -> {
          if (!plain.isEmpty() && random.nextInt(4) == 0) {
            int count = random.nextInt(plain.size()) + 1;
            index.compactTo(compacted + count);
            plain.subList(0, count).clear();
            compacted += count;
          }
        }
        default -> {
          int size = random.nextInt(1, 100);
          index.append(term, index.lastIndex() + 1, size);
          plain.add(new Plain(term, size));
        }
      }
      check(index, plain, compacted, random);
    }
  }

  private static void check(LogIndex index, List<Plain> plain, long compacted, RandomGenerator random) {
    assertThat(index.firstIndex()).isEqualTo(compacted + 1);
    assertThat(index.lastIndex()).isEqualTo(compacted + plain.size());
    if (plain.isEmpty()) {
      return;
    }
    int from = random.nextInt(plain.size());
    int to = random.nextInt(from, plain.size());
    long fromIndex = compacted + 1 + from;
    long toIndex = compacted + 1 + to;
    assertThat(index.termAt(fromIndex)).isEqualTo(plain.get(from).term());
    assertThat(index.lastTerm()).isEqualTo(plain.get(plain.size() - 1).term());
    assertThat(index.bytes(fromIndex, toIndex))
        .isEqualTo(plain.subList(from, to + 1).stream().mapToLong(Plain::size).sum());
    List<Long> terms = new ArrayList<>();
    for (TermRange range : index.terms(fromIndex, toIndex)) {
      for (long i = range.firstIndex(); i <= range.lastIndex(); i++) {
        terms.add(range.term());
      }
    }
    assertThat(terms).isEqualTo(plain.subList(from, to + 1).stream().map(Plain::term).toList());
    long bytesMax = random.nextLong(1, 400);
    int entriesMax = random.nextInt(1, 20);
    long fits = fromIndex;
    while (fits < index.lastIndex() && fits - fromIndex + 1 < entriesMax
        && index.bytes(fromIndex, fits + 1) <= bytesMax) {
      fits++;
    }
    assertThat(index.lastIndexWithin(fromIndex, bytesMax, entriesMax)).isEqualTo(fits);
    long term = plain.get(from).term();
    long hint = toIndex;
    while (hint > compacted && plain.get((int) (hint - compacted - 1)).term() > term) {
      hint--;
    }
    assertThat(index.lastIndexWithTermAtMost(toIndex, term)).isEqualTo(hint);
  }

  @Test
  void refusesAHoleAndAFallingTerm() {
    LogIndex index = new LogIndex(LogId.ZERO);
    index.append(2, 1, 10);
    assertThatThrownBy(() -> index.append(2, 3, 10)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> index.append(1, 2, 10)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> index.truncateFrom(2)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> index.termAt(2)).isInstanceOf(IllegalStateException.class);
  }
}
