package io.balsa.storage.log;

import static io.balsa.storage.log.Logs.configurationEntry;
import static io.balsa.storage.log.Logs.entries;
import static io.balsa.storage.log.Logs.entry;
import static io.balsa.storage.log.Logs.term;
import static io.balsa.storage.log.Logs.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.LogId;
import io.balsa.storage.log.sim.Faults.Fault;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** L4: append-only, and what must hold from batch to batch and from segment to segment. */
class LogRulesL4Test {
  private final SimDisk disk = new SimDisk();

  private ForgedLog forged() throws IOException {
    return new ForgedLog(disk).segment(LogId.ZERO, vote(3, "n1"), entries(2, 1, 5));
  }

  @Test
  void L4_aForgedLogInGoodOrderIsAccepted() throws IOException {
    forged().truncation(term(4), 4, entries(4, 4, 6)).segment(new LogId(4, 6), term(4), entries(4, 7, 7))
        .truncation(vote(5, "n3"), 2, entries(5, 2, 2));
    SegmentedLog log = SegmentedLog.open(disk, Logs.options());
    assertThat(Logs.readAll(log)).containsExactly(entry(2, 1), entry(5, 2));
    assertThat(log.recovered().hardState()).isEqualTo(vote(5, "n3"));
  }

  @Test
  void L4_theTermOfTheHardStateNeverFalls() throws IOException {
    forged().frame(term(2), List.of());
    assertCorrupt("the hard state falls back");
  }

  @Test
  void L4_oneVoteATerm() throws IOException {
    forged().frame(vote(3, "n2"), List.of());
    assertCorrupt("the hard state falls back");
  }

  @Test
  void L4_aVoteIsNotForgotten() throws IOException {
    forged().frame(term(3), List.of());
    assertCorrupt("the hard state falls back");
  }

  @Test
  void L4_indexesAreContinuous() throws IOException {
    forged().frame(vote(3, "n1"), entries(2, 7, 7));
    assertCorrupt("entry 2/7 follows entry 2/5");
  }

  @Test
  void L4_indexesDoNotRepeatWithoutATruncation() throws IOException {
    forged().frame(vote(3, "n1"), entries(2, 5, 5));
    assertCorrupt("entry 2/5 follows entry 2/5");
  }

  @Test
  void L4_termsOfEntriesNeverFall() throws IOException {
    forged().frame(vote(3, "n1"), entries(1, 6, 6));
    assertCorrupt("entry 1/6 follows entry 2/5");
  }

  @Test
  void L4_termsMayFallOnlyThroughATruncation() throws IOException {
    new ForgedLog(disk).segment(LogId.ZERO, term(3), entries(1, 1, 3)).frame(term(3), entries(3, 4, 4))
        .truncation(term(3), 4, entries(2, 4, 4));
    assertThat(Logs.readAll(SegmentedLog.open(disk, Logs.options()))).endsWith(entry(2, 4));
  }

  @Test
  void L4_noEntryIsOfALaterTermThanTheHardState() throws IOException {
    forged().frame(vote(3, "n1"), entries(4, 6, 6));
    assertCorrupt("entry 4/6 in a batch whose hard state has term 3");
  }

  @Test
  void L4_aTruncationIsOfSomethingThatIsThere() throws IOException {
    forged().truncation(vote(3, "n1"), 7, List.of());
    assertCorrupt("a truncation from 7 of a log that holds 1 to 5");
  }

  @Test
  void L4_batchNumbersAreContinuous() throws IOException {
    forged().skipBatches(1).frame(vote(3, "n1"), List.of());
    assertCorrupt("batch 2 must stand here, but batch 3 does");
  }

  @Test
  void L4_aSegmentBeginsWithWhatTheOneBeforeItEndedWith() throws IOException {
    forged().segment(new LogId(2, 4), vote(3, "n1"), entries(2, 6, 6));
    assertCorrupt("the segment begins after entry 2/4");
  }

  @Test
  void L4_aSegmentBeginsWithTheConfigurationOfTheOneBeforeIt() throws IOException {
    forged().frame(vote(3, "n1"), List.of(configurationEntry(2, 6, Logs.configuration("n1", "n2", "n4"))))
        .segment(new LogId(2, 6), vote(3, "n1"), entries(2, 7, 7));
    assertCorrupt("and another configuration");
  }

  @Test
  void L4_aSegmentOfAnotherLogIsRefused() throws IOException {
    forged().salt(1).segment(new LogId(2, 5), vote(3, "n1"), entries(2, 6, 6));
    assertCorrupt("it belongs to another log");
  }

  @Test
  void L4_aLogOfAnotherGroupIsRefused() throws IOException {
    new ForgedLog(disk).groupId(7).segment(LogId.ZERO, term(1), entries(1, 1, 1));
    assertCorrupt("it belongs to group 7, not to group 0");
    assertThat(Logs.readAll(SegmentedLog.open(disk, Logs.options().withGroupId(7)))).hasSize(1);
  }

  @Test
  void L4_aSegmentHeaderCarriesLogIdAndConfigurationAcrossTruncations() throws IOException {
    var four = Logs.configuration("n1", "n2", "n3", "n4");
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(3));
    log.append(List.of(entry(1, 1), configurationEntry(1, 2, four), entry(1, 3, 5_000)));
    log.requestSync(1);
    log.persistPending();
    // The segment is full after this truncation: the next header must tell what is left, which is read from disk.
    log.truncateFrom(3);
    log.append(List.of(entry(2, 3, 14_000)));
    log.requestSync(2);
    log.persistPending();
    log.truncateFrom(2);
    log.requestSync(3);
    log.persistPending();
    log.append(List.of(entry(3, 2, 20_000)));
    log.requestSync(4);
    log.persistPending();
    assertThat(disk.list()).contains(Segment.fileName(2)).doesNotContain(Segment.fileName(3));
    SegmentHeader header = header(2);
    assertThat(header.before()).isEqualTo(new LogId(1, 1));
    assertThat(header.stampNanos()).isEqualTo(entry(1, 1).stampNanos());
    assertThat(header.configuration()).isEqualTo(Logs.CONFIGURATION.encode());
    assertThat(Logs.readAll(SegmentedLog.open(disk.afterKill(), Logs.options()))).containsExactly(entry(1, 1),
        entry(3, 2, 20_000));
  }

  private SegmentHeader header(long segment) throws IOException {
    Frame first = new FrameReader(disk.open(Segment.fileName(segment)), "file", segment).read(0);
    return Objects.requireNonNull(Objects.requireNonNull(first).segmentHeader());
  }

  @Test
  void L4_nothingIsOverwrittenOrRecycled() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(100));
    long last = 0;
    TreeMap<String, byte[]> before = new TreeMap<>();
    for (int seq = 1; seq <= 60; seq++) {
      if (last > 5 && seq % 3 == 0) {
        last -= 4;
        log.truncateFrom(last + 1);
      }
      last++;
      log.append(List.of(entry(seq, last, 3_000)));
      log.requestSync(seq);
      log.persistPending();
      TreeMap<String, byte[]> after = new TreeMap<>();
      for (String name : disk.list()) {
        if (!name.equals(Marker.FILE)) {
          after.put(name, disk.contents(name));
        }
      }
      assertThat(after.keySet()).containsAll(before.keySet());
      before.forEach((name, bytes) -> assertOnlyZerosReplaced(name, bytes, after.get(name)));
      before = after;
    }
    assertThat(before.keySet()).hasSizeGreaterThan(6);
  }

  private static void assertOnlyZerosReplaced(String name, byte[] before, byte[] after) {
    for (int i = 0; i < before.length; i++) {
      if (before[i] != 0 && before[i] != after[i]) {
        throw new AssertionError(name + " was overwritten at " + i);
      }
    }
  }

  @Test
  void L4_aNewSegmentIsZeroFilledAndSyncedAndItsDirectoryTooBeforeItsFirstBatch() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(1));
    List<String> trace = new ArrayList<>();
    disk.faults((operation, file) -> {
      trace.add(operation + " " + file);
      return Fault.NONE;
    });
    log.append(List.of(entry(1, 1, 30_000)));
    log.requestSync(1);
    log.persistPending();
    String next = Segment.fileName(2);
    assertThat(trace).containsExactly("CREATE unfinished-segment", "WRITE unfinished-segment",
        "SYNC unfinished-segment", "RENAME unfinished-segment", "SYNC_DIRECTORY .", "WRITE " + next, "SYNC " + next,
        "WRITE " + Marker.FILE);
    assertThat(disk.contents(next)).hasSize(8 * FrameFormat.PAGE_BYTES);
  }

  @Test
  void L4_withASpareNoPutWaitsForASegment() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    boolean worked = true;
    while (worked) {
      worked = log.maintain();
    }
    log.saveHardState(term(1));
    log.append(List.of(entry(1, 1, 30_000)));
    log.requestSync(1);
    long operations = disk.operations();
    log.persistPending();
    assertThat(disk.operations() - operations).as("write, sync, marker").isEqualTo(3);
  }

  private void assertCorrupt(String what) {
    assertThatThrownBy(() -> SegmentedLog.open(disk, Logs.options())).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining(what);
  }
}
