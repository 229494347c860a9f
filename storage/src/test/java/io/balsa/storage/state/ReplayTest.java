package io.balsa.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.LockState;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same entries give the same state and the same results: in whatever batches they come, on either store, and after any
 * crash, which leaves a whole number of entries and no half of one (A1, A2, A3).
 */
final class ReplayTest {
  private static final int LENGTH = 400;

  @TempDir
  Path directory;

  /** What every other run is compared with: each entry a batch of its own, in memory, no crash. */
  private record Reference(Log log, List<Result> results, List<StateHash> hashes, List<String> tables) {
    static Reference of(long seed) throws Exception {
      Reference reference = new Reference(RandomLog.draw(seed, LENGTH), new ArrayList<>(), new ArrayList<>(),
          new ArrayList<>());
      KvStateMachine machine = KvStateMachine.open(new MemoryStore());
      reference.add(machine);
      for (Entry entry : reference.log.entries) {
        reference.results.add(machine.apply(List.of(entry)).getFirst());
        reference.add(machine);
      }
      return reference;
    }

    private void add(KvStateMachine machine) {
      hashes.add(Machine.hash(machine));
      tables.add(machine.toString());
    }
  }

  private interface Restart {
    KeyValueStore afterCrash(KeyValueStore store) throws Exception;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void a1_splitsAndCrashesInMemoryChangeNothing(long seed) throws Exception {
    run(Reference.of(seed), seed, new MemoryStore(), store -> ((MemoryStore) store).crash());
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22})
  void a1_splitsAndCrashesOnRocksDbChangeNothing(long seed) throws Exception {
    run(Reference.of(seed), seed, RocksStore.open(directory, RocksOptions.DEFAULT), store -> {
      // Close does not flush: what was not flushed is lost, as in a crash.
      store.close();
      return RocksStore.open(directory, RocksOptions.DEFAULT);
    });
  }

  private static void run(Reference reference, long seed, KeyValueStore first, Restart restart) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    KeyValueStore store = first;
    KvStateMachine machine = KvStateMachine.open(store);
    int crashes = 0;
    while (machine.applied().index() < LENGTH) {
      int from = (int) machine.applied().index();
      int to = Math.min(LENGTH, from + 1 + random.nextInt(40));
      List<Result> results = machine.apply(reference.log.entries.subList(from, to));
      assertThat(results).isEqualTo(reference.results.subList(from, to));
      assertThat(Machine.hash(machine)).as("after %s entries", to).isEqualTo(reference.hashes.get(to));
      assertThat(machine.toString()).isEqualTo(reference.tables.get(to));
      if (random.nextInt(3) == 0) {
        machine.flush();
        assertThat(machine.flushedApplied()).isEqualTo(machine.applied());
      }
      if (random.nextInt(4) == 0 && crashes < 20) {
        crashes++;
        LogId flushed = machine.flushedApplied();
        store = restart.afterCrash(store);
        machine = KvStateMachine.open(store);
        assertThat(machine.applied()).isEqualTo(flushed);
        int index = (int) flushed.index();
        assertThat(Machine.hash(machine)).as("recovered at %s", index).isEqualTo(reference.hashes.get(index));
        assertThat(machine.toString()).as("rebuilt (A2)").isEqualTo(reference.tables.get(index));
      }
    }
    assertThat(crashes).isPositive();
    machine.close();
  }

  @Test
  void theReferenceIsWorthComparingWith() throws Exception {
    assertThat(Reference.of(1).hashes.stream().distinct().count()).isEqualTo(LENGTH + 1);
    List<Result> results = new ArrayList<>();
    for (long seed = 1; seed <= 160; seed++) {
      results.addAll(KvStateMachine.open(new MemoryStore()).apply(RandomLog.draw(seed, LENGTH).entries));
    }
    results.removeIf(Objects::isNull);
    assertThat(results.stream().map(r -> r.hasError() ? r.getError().getReason() : r.getKindCase().name()).distinct())
        .contains("PUT", "DELETE", "INCR", "OPENED_SESSION", "CLOSED_SESSION", "RENEWED", "WRONG_SEQUENCE",
            "REPLY_DROPPED", "SESSION_EXPIRED", "LEASE_NOT_FOUND", "UNREADABLE_COMMAND", "FENCED", "TXN", "LEASE_GRANT",
            "LEASE_REVOKE", "LOCK_ACQUIRE", "LOCK_RELEASE", "LOCK_UPGRADE", "PERMITS_DIFFER", "DUPLICATE_KEY",
            "SESSION_REQUIRED");
    assertThat(results.stream().map(r -> r.getLockAcquire().getState()).distinct()).contains(LockState.HELD,
        LockState.WAITING, LockState.GONE);
    assertThat(results.stream().filter(Result::hasTxn).map(r -> r.getTxn().getSucceeded()).distinct()).hasSize(2);
    assertThat(results.stream().map(r -> r.getLockRelease().getWas()).distinct()).contains(LockState.HELD,
        LockState.WAITING, LockState.GONE);
  }

  @Test
  void entriesThatDoNotFollowAreRefused() throws Exception {
    KvStateMachine machine = KvStateMachine.open(new MemoryStore());
    Entry second = new Entry(EntryType.NOOP, 3, 2, 0, Bytes.EMPTY);
    Entry first = new Entry(EntryType.NOOP, 4, 1, 0, Bytes.EMPTY);
    assertThatThrownBy(() -> machine.apply(List.of(second))).hasMessageContaining("3/2 does not follow 0/0");
    assertThatThrownBy(() -> machine.apply(List.of(first, second))).hasMessageContaining("3/2 does not follow 4/1");
    assertThat(machine.applied()).isEqualTo(LogId.ZERO);
    assertThat(machine.apply(List.of())).isEmpty();
    assertThat(machine.apply(List.of(first))).containsExactly((Result) null);
    assertThat(machine.applied()).isEqualTo(new LogId(4, 1));
  }
}
