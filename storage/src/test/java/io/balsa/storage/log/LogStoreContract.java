package io.balsa.storage.log;

import static io.balsa.storage.log.Logs.configuration;
import static io.balsa.storage.log.Logs.configurationEntry;
import static io.balsa.storage.log.Logs.entries;
import static io.balsa.storage.log.Logs.entry;
import static io.balsa.storage.log.Logs.maintainAll;
import static io.balsa.storage.log.Logs.readAll;
import static io.balsa.storage.log.Logs.term;
import static io.balsa.storage.log.Logs.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.RecoveredLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link LogStore} does while nothing goes wrong; the first {@link #open} creates it. */
abstract class LogStoreContract {

  /** Opens the log of this test beside a state that has applied so much; the one opened before is closed. */
  abstract LogStore open(LogId applied) throws IOException;

  static LogOptions options(LogId applied) {
    return applied.equals(LogId.ZERO) ? Logs.creating() : Logs.options().withApplied(applied);
  }

  private LogStore open() throws IOException {
    return open(LogId.ZERO);
  }

  @Test
  void aNewLogIsEmptyAndHoldsTheInitialConfiguration() throws IOException {
    for (int round = 0; round < 2; round++) {
      try (LogStore log = open()) {
        RecoveredLog recovered = log.recovered();
        assertThat(recovered.hardState()).isEqualTo(HardState.INITIAL);
        assertThat(recovered.index().last()).isEqualTo(LogId.ZERO);
        assertThat(recovered.lastStampNanos()).isZero();
        assertThat(recovered.configuration()).isEqualTo(Logs.CONFIGURATION);
        assertThat(recovered.configurationIndex()).isZero();
        assertThat(log.read(1, 10, 1_000)).isEmpty();
        assertThat(log.persistPending()).isEqualTo(LogStore.NOTHING);
      }
    }
  }

  @Test
  void theWorkedExampleOfThePort() throws IOException {
    try (LogStore log = open()) {
      log.saveHardState(vote(1, "n1"));
      log.append(entries(1, 1, 5));
      log.requestSync(8);
      assertThat(log.persistPending()).isEqualTo(8);

      log.saveHardState(term(2));
      log.truncateFrom(4);
      log.append(entries(2, 4, 6));
      log.requestSync(9);
      List<Entry> expected = new ArrayList<>(entries(1, 1, 3));
      expected.addAll(entries(2, 4, 6));
      assertThat(readAll(log)).isEqualTo(expected);
      assertThat(log.persistPending()).isEqualTo(9);
      assertThat(log.persistPending()).isEqualTo(LogStore.NOTHING);
      assertThat(readAll(log)).isEqualTo(expected);
    }
    try (LogStore log = open()) {
      RecoveredLog recovered = log.recovered();
      assertThat(recovered.hardState()).isEqualTo(term(2));
      assertThat(recovered.index().last()).isEqualTo(new LogId(2, 6));
      assertThat(recovered.index().termAt(3)).isEqualTo(1);
      assertThat(recovered.index().bytes(4, 4)).isEqualTo(entry(2, 4).sizeBytes());
      assertThat(recovered.lastStampNanos()).isEqualTo(entry(2, 6).stampNanos());
      assertThat(readAll(log)).hasSize(6).startsWith(entry(1, 1)).endsWith(entry(2, 5), entry(2, 6));
    }
  }

  @Test
  void onlyWhatASyncWasRequestedForIsPersisted() throws IOException {
    try (LogStore log = open()) {
      log.saveHardState(term(1));
      log.append(entries(1, 1, 1));
      log.requestSync(1);
      log.append(entries(1, 2, 2));
      assertThat(log.persistPending()).isEqualTo(1);
      assertThat(readAll(log)).isEqualTo(entries(1, 1, 2));
    }
    try (LogStore log = open()) {
      assertThat(readAll(log)).isEqualTo(entries(1, 1, 1));
    }
  }

  @Test
  void severalSyncsBecomeDurableTogether() throws IOException {
    try (LogStore log = open()) {
      log.saveHardState(term(1));
      for (int seq = 1; seq <= 50; seq++) {
        log.append(entries(1, seq, seq));
        log.requestSync(seq);
      }
      assertThat(log.persistPending()).isEqualTo(50);
    }
    try (LogStore log = open()) {
      assertThat(readAll(log)).isEqualTo(entries(1, 1, 50));
    }
  }

  @Test
  void aSyncWithoutAnythingNewIsDurableAtOnce() throws IOException {
    try (LogStore log = open()) {
      log.requestSync(1);
      assertThat(log.persistPending()).isEqualTo(1);
      log.saveHardState(vote(3, "n2"));
      log.requestSync(2);
      assertThat(log.persistPending()).isEqualTo(2);
    }
    try (LogStore log = open()) {
      assertThat(log.recovered().hardState()).isEqualTo(vote(3, "n2"));
    }
  }

  @Test
  void readsKeepTheirBoundsAndGiveAtLeastOneEntry() throws IOException {
    try (LogStore log = open()) {
      log.saveHardState(term(1));
      long size = entry(1, 1).sizeBytes();
      for (int index = 1; index <= 30; index++) {
        log.append(entries(1, index, index));
        log.requestSync(index);
        if (index <= 20) {
          log.persistPending();
        }
      }
      assertThat(log.read(1, 30, 0)).isEqualTo(entries(1, 1, 1));
      assertThat(log.read(1, 30, 3 * size - 1)).isEqualTo(entries(1, 1, 2));
      assertThat(log.read(1, 30, 3 * size)).isEqualTo(entries(1, 1, 3));
      assertThat(log.read(5, 7, 1_000_000)).isEqualTo(entries(1, 5, 7));
      assertThat(log.read(1, 99, 1_000_000)).isEqualTo(entries(1, 1, 30));
      assertThat(log.read(18, 99, 5 * size)).isEqualTo(entries(1, 18, 22));
      assertThat(log.read(31, 31, 100)).isEmpty();
      assertThat(log.read(0, 5, 100)).isEmpty();
      assertThat(log.read(5, 4, 100)).isEmpty();
      assertThat(log.readCached(21, 30, 2 * size)).isEqualTo(entries(1, 21, 22));
      assertThat(log.readCached(31, 40, 2 * size)).isEmpty();
    }
  }

  @Test
  void whatIsNotWrittenIsAlwaysInMemory() throws IOException {
    try (LogStore log = open()) {
      log.saveHardState(term(2));
      log.append(entries(1, 1, 3_000));
      log.requestSync(1);
      assertThat(log.readCached(1, 3_000, Long.MAX_VALUE)).isEqualTo(entries(1, 1, 3_000));
      log.truncateFrom(1_001);
      log.append(entries(2, 1_001, 1_003));
      assertThat(log.readCached(999, 3_000, Long.MAX_VALUE)).hasSize(5).endsWith(entry(2, 1_003));
      log.persistPending();
      assertThat(log.readCached(1_001, 1_003, Long.MAX_VALUE)).isEqualTo(entries(2, 1_001, 1_003));
      assertThat(log.read(999, 1_001, Long.MAX_VALUE)).containsExactly(entry(1, 999), entry(1, 1_000), entry(2, 1_001));
      log.requestSync(2);
      log.persistPending();
      assertThat(log.read(999, 1_001, Long.MAX_VALUE)).containsExactly(entry(1, 999), entry(1, 1_000), entry(2, 1_001));
    }
  }

  @Test
  void aTruncationTakesBackWhatIsWrittenAndWhatIsOnItsWay() throws IOException {
    try (LogStore log = open()) {
      log.saveHardState(term(5));
      log.append(entries(1, 1, 10));
      log.requestSync(1);
      log.persistPending();
      log.append(entries(2, 11, 20));
      log.requestSync(2);
      log.truncateFrom(5);
      log.append(entries(3, 5, 6));
      log.requestSync(3);
      log.truncateFrom(6);
      log.append(entries(4, 6, 8));
      log.persistPending();
      List<Entry> expected = new ArrayList<>(entries(1, 1, 4));
      expected.add(entry(3, 5));
      expected.addAll(entries(4, 6, 8));
      assertThat(readAll(log)).isEqualTo(expected);
      log.requestSync(4);
      log.persistPending();
      assertThat(readAll(log)).isEqualTo(expected);
      log.truncateFrom(1);
      assertThat(readAll(log)).isEmpty();
      log.append(entries(5, 1, 2));
      log.requestSync(5);
      log.persistPending();
    }
    try (LogStore log = open()) {
      assertThat(readAll(log)).isEqualTo(entries(5, 1, 2));
      assertThat(log.recovered().index().last()).isEqualTo(new LogId(5, 2));
    }
  }

  @Test
  void theNewestConfigurationInTheLogCountsAndRevertsOnTruncation() throws IOException {
    var four = configuration("n1", "n2", "n3", "n4");
    var five = configuration("n1", "n2", "n3", "n4", "n5");
    try (LogStore log = open()) {
      log.saveHardState(term(1));
      log.append(List.of(entry(1, 1), configurationEntry(1, 2, four), entry(1, 3), configurationEntry(1, 4, five)));
      log.requestSync(1);
      log.persistPending();
    }
    try (LogStore log = open()) {
      assertThat(log.recovered().configuration()).isEqualTo(five);
      assertThat(log.recovered().configurationIndex()).isEqualTo(4);
      // All of them: a truncation after the restart brings back an older one (I5).
      assertThat(log.recovered().configurations()).containsExactly(
          new RecoveredLog.ConfigurationAt(0, Logs.CONFIGURATION), new RecoveredLog.ConfigurationAt(2, four),
          new RecoveredLog.ConfigurationAt(4, five));
      log.truncateFrom(4);
      log.requestSync(1);
      log.persistPending();
    }
    try (LogStore log = open()) {
      assertThat(log.recovered().configuration()).isEqualTo(four);
      assertThat(log.recovered().configurationIndex()).isEqualTo(2);
      log.truncateFrom(1);
      log.requestSync(1);
      log.persistPending();
    }
    try (LogStore log = open()) {
      assertThat(log.recovered().configuration()).isEqualTo(Logs.CONFIGURATION);
      assertThat(log.recovered().configurationIndex()).isZero();
    }
  }

  @Test
  void largeEntriesAndManySegmentsAreReadBack() throws IOException {
    List<Entry> expected = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      try (LogStore log = open()) {
        log.saveHardState(term(round + 1));
        for (int i = 1; i <= 30; i++) {
          int size = i % 10 == 5 ? 150_000 : i * 700;
          Entry entry = entry(round + 1, expected.size() + 1, size);
          expected.add(entry);
          log.append(List.of(entry));
          log.requestSync(i);
          log.persistPending();
          if (i % 3 == 0) {
            maintainAll(log);
          }
        }
        assertThat(log.read(1, Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(expected);
      }
    }
    try (LogStore log = open()) {
      assertThat(log.read(1, Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(expected);
      assertThat(log.recovered().index().lastIndex()).isEqualTo(expected.size());
    }
  }

  @Test
  void aCompactionTakesNoMoreThanItWasAskedForAndLeavesTheRestAsItWas() throws IOException {
    var four = configuration("n1", "n2", "n3", "n4");
    List<Entry> all = new ArrayList<>(entries(1, 1, 60));
    all.set(4, configurationEntry(1, 5, four));
    LogId base = LogId.ZERO;
    try (LogStore log = open()) {
      log.saveHardState(vote(1, "n1"));
      for (int seq = 1; seq <= 60; seq++) {
        log.append(List.of(all.get(seq - 1)));
        log.requestSync(seq);
        log.persistPending();
      }
      for (int index : new int[]{0, 7, 3, 29, 30}) {
        LogId next = log.compactTo(index);
        assertThat(next.index()).isBetween(base.index(), Math.max(base.index(), index));
        base = next;
        assertThat(log.read(base.index(), 60, 1_000)).isEmpty();
        assertThat(log.readCached(base.index(), 60, 1_000)).isEmpty();
        assertThat(readAll(log, base.index() + 1)).isEqualTo(all.subList((int) base.index(), 60));
      }
      maintainAll(log);
      assertThat(base).isEqualTo(all.get((int) base.index() - 1).id());
      assertThat(base.index()).as("compacted at all").isGreaterThan(5);
    }
    try (LogStore log = open(new LogId(1, 30))) {
      RecoveredLog recovered = log.recovered();
      assertThat(recovered.index().base()).isEqualTo(base);
      assertThat(recovered.index().last()).isEqualTo(new LogId(1, 60));
      assertThat(recovered.hardState()).isEqualTo(vote(1, "n1"));
      assertThat(recovered.configurations()).containsExactly(new RecoveredLog.ConfigurationAt(base.index(), four));
      assertThat(readAll(log)).isEqualTo(all.subList((int) base.index(), 60));
      log.append(entries(1, 61, 61));
      log.requestSync(1);
      log.persistPending();
      assertThat(readAll(log)).endsWith(entry(1, 61));
    }
  }

  @Test
  void aResetLeavesNothingButTheHardStateAndWhatFollows() throws IOException {
    var nine = configuration("n1", "n9");
    for (int round = 0; round < 2; round++) {
      try (LogStore log = round == 0 ? open() : open(new LogId(3, 40))) {
        if (round == 0) {
          log.saveHardState(vote(2, "n1"));
          log.append(entries(1, 1, 10));
          log.requestSync(1);
          log.persistPending();
          log.append(entries(1, 11, 12));
          log.requestSync(2);
          log.saveHardState(vote(3, "n2"));
          log.append(entries(1, 13, 13));
          log.reset(new LogId(3, 40), 40_003, nine);
          assertThat(log.read(1, 99, 1_000)).isEmpty();
          log.requestSync(3);
          long done = 0;
          while (done < 3) {
            done = log.persistPending();
          }
          maintainAll(log);
        } else {
          log.reset(new LogId(3, 70), 70_003, nine);
          log.append(entries(3, 71, 75));
          log.requestSync(1);
          assertThat(readAll(log, 71)).isEqualTo(entries(3, 71, 75));
          log.persistPending();
        }
      }
      long base = round == 0 ? 40 : 70;
      try (LogStore log = open(new LogId(3, base))) {
        RecoveredLog recovered = log.recovered();
        assertThat(recovered.hardState()).isEqualTo(vote(3, "n2"));
        assertThat(recovered.index().base()).isEqualTo(new LogId(3, base));
        assertThat(recovered.configurations()).containsExactly(new RecoveredLog.ConfigurationAt(base, nine));
        assertThat(recovered.lastStampNanos()).isEqualTo(round == 0 ? 40_003 : entry(3, 75).stampNanos());
        assertThat(readAll(log)).isEqualTo(round == 0 ? List.of() : entries(3, 71, 75));
      }
    }
  }

  @Test
  void whatTheCoreMustNotAskForIsRefusedWithNothingChanged() throws IOException {
    try (LogStore log = open()) {
      log.saveHardState(vote(2, "n1"));
      log.append(entries(2, 1, 3));
      assertThatThrownBy(() -> log.saveHardState(term(1))).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> log.saveHardState(vote(2, "n2"))).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> log.append(entries(2, 5, 5))).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> log.append(entries(1, 4, 4))).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> log.append(entries(3, 4, 4))).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> log.truncateFrom(4)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> log.truncateFrom(0)).isInstanceOf(IllegalStateException.class);
      log.requestSync(1);
      assertThatThrownBy(() -> log.requestSync(3)).isInstanceOf(IllegalStateException.class);
      assertThat(log.persistPending()).isEqualTo(1);
      assertThat(readAll(log)).isEqualTo(entries(2, 1, 3));
    }
    try (LogStore log = open()) {
      assertThat(readAll(log)).isEqualTo(entries(2, 1, 3));
      assertThat(log.recovered().hardState()).isEqualTo(vote(2, "n1"));
    }
  }
}
