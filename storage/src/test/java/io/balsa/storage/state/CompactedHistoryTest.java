package io.balsa.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Guard;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.mvcc.ChangePosition;
import io.balsa.storage.mvcc.ChangesChunk;
import io.balsa.storage.mvcc.ChangesQuery;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.KeyState;
import io.balsa.storage.mvcc.RangeQuery;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * Histories with compactions, against a map of all versions: two machines apply the same log, in batches of their own, delete what was
 * compacted at times of their own, crash, and have the state of the other installed. What they answer, at every revision, and what their
 * states hash to, does not depend on any of that.
 */
final class CompactedHistoryTest {
  private static final List<String> KEYS = List.of("a", "b", "b\0", "c", "n");
  private static final int LENGTH = 120;

  private RandomGenerator random = RandomGenerator.getDefault();
  /** All keys, with values and versions, as of each revision. */
  private final TreeMap<Long, TreeMap<String, String>> model = new TreeMap<>();
  private final Log log = new Log();
  private final List<Result> results = new ArrayList<>();
  private final List<Long> floors = new ArrayList<>();

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void etcd14685_etcd17780_etcd18667_readsAndHashesDoNotDependOnWhenHistoryIsDeleted(@ForAll long seed)
      throws Exception {
    run(seed, Node.memory(), Node.memory());
  }

  @Property(tries = 6, edgeCases = EdgeCasesMode.NONE)
  void theSameOnRocksDb(@ForAll long seed) throws Exception {
    Path directory = Files.createTempDirectory("compacted");
    try {
      run(seed, Node.memory(), Node.rocks(directory.resolve("state")));
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void run(long seed, Node first, Node second) throws Exception {
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    model.clear();
    log.entries.clear();
    results.clear();
    floors.clear();
    draw();
    while (first.applied() < LENGTH || second.applied() < LENGTH) {
      step(random.nextBoolean() ? first : second, first, second);
      if (random.nextInt(12) == 0) {
        check(first);
        check(second);
      }
    }
    check(first);
    check(second);
    assertThat(Machine.hash(first.machine)).isEqualTo(Machine.hash(second.machine));
    HistoryRemovalTest.removeAll(first.store);
    check(first);
    assertThat(Machine.hash(first.machine)).isEqualTo(Machine.hash(second.machine));
    HistoryRemovalTest.removeAll(second.store);
    assertThat(HistoryRemovalTest.rows(second.store)).isEqualTo(HistoryRemovalTest.rows(first.store))
        .isEqualTo(rowsThatAreLeft(floors.getLast()));
    first.store.close();
    second.store.close();
  }

  private void step(Node node, Node first, Node second) throws Exception {
    int from = node.applied();
    switch (random.nextInt(10)) {
      case 0 -> node.machine.flush();
      case 1, 2, 3 -> HistoryRemoval.removePiece(node.store, 1 + random.nextInt(4));
      case 4 -> {
        if (random.nextInt(3) == 0) {
          long revision = node.machine.reads().revision();
          node.crash();
          assertThat(node.machine.reads().revision()).isLessThanOrEqualTo(revision).isEqualTo(revision(node.applied()));
        }
      }
      case 5 -> {
        Node other = node == first ? second : first;
        if (other.applied() > from && other.store instanceof MemoryStore memory && node.store instanceof MemoryStore) {
          node.install(memory.copy());
        }
      }
      default -> {
        List<Entry> batch = log.entries.subList(from, Math.min(LENGTH, from + 1 + random.nextInt(12)));
        if (!batch.isEmpty()) {
          assertThat(node.machine.apply(batch)).isEqualTo(results.subList(from, from + batch.size()));
        }
      }
    }
  }

  /** The revision behind so many entries: it never falls below what was applied. */
  private long revision(int entries) {
    return entries == 0 ? 1 : results.get(entries - 1).getRevision();
  }

  private void check(Node node) throws Exception {
    int applied = node.applied();
    long floor = applied == 0 ? 0 : floors.get(applied - 1);
    long current = revision(applied);
    StateReads reads = node.machine.reads();
    assertThat(reads.compactedRevision()).isEqualTo(floor);
    assertThat(reads.revision()).isEqualTo(current);
    for (long revision = Math.max(1, floor); revision <= current; revision++) {
      Map<String, String> expected = model.floorEntry(revision).getValue();
      TreeMap<String, String> found = new TreeMap<>();
      for (var kv : reads.range(RangeQuery.of(KeyBounds.ALL, revision)).kvs()) {
        found.put(kv.getKey().toStringUtf8(), text(kv.getValue(), kv.getVersion()));
      }
      assertThat(found).as("at %s, compacted to %s", revision, floor).isEqualTo(expected);
      for (String key : KEYS) {
        var kv = reads.get(Log.bytes(key).toByteArray(), revision).kv();
        assertThat(kv == null ? null : text(kv.getValue(), kv.getVersion())).isEqualTo(expected.get(key));
      }
    }
    checkChanges(reads, floor, current);
    assertRefused(reads, current + 1, ReadRefused.Reason.FUTURE_REVISION);
    if (floor > 1) {
      assertRefused(reads, floor - 1, ReadRefused.Reason.COMPACTED);
    }
  }

  /** As watches read them: what each change from the floor on made, and what was there before it, but not before one at the floor. */
  private void checkChanges(StateReads reads, long floor, long current) throws Exception {
    List<String> expected = new ArrayList<>();
    Map<String, String> before = Map.of();
    for (var at : model.headMap(current, true).entrySet()) {
      for (String key : KEYS) {
        String was = before.get(key);
        String is = at.getValue().get(key);
        if (at.getKey() >= floor && !Objects.equals(was, is)) {
          expected.add(at.getKey() + " " + key + ": " + (at.getKey() > floor ? was : null) + " -> " + is);
        }
      }
      before = at.getValue();
    }
    List<String> found = new ArrayList<>();
    ChangePosition next = ChangePosition.before(Math.max(1, floor));
    while (next.revision() <= current) {
      ChangesChunk chunk = reads.changes(new ChangesQuery(next, current, key -> true, key -> true));
      for (ChangesChunk.Change change : chunk.changes()) {
        found.add(change.changed().revision() + " " + change.changed().key().toStringUtf8() + ": "
            + text(change.previous()) + " -> " + text(change.changed().state()));
      }
      next = chunk.next();
    }
    assertThat(found).as("compacted to %s", floor).isEqualTo(expected);
  }

  private static @Nullable String text(@Nullable KeyState state) {
    ByteString value = state == null ? null : state.value();
    return state == null || value == null ? null : text(value, state.version());
  }

  private static void assertRefused(StateReads reads, long revision, ReadRefused.Reason reason) {
    assertThatThrownBy(() -> reads.get(new byte[]{'a'}, revision)).isInstanceOfSatisfying(ReadRefused.class,
        refused -> assertThat(refused.reason()).isEqualTo(reason));
    assertThatThrownBy(() -> reads.range(RangeQuery.of(KeyBounds.ALL, revision))).isInstanceOf(ReadRefused.class);
  }

  private static String text(ByteString value, long version) {
    return value.toStringUtf8() + " v" + version;
  }

  /** What must be there still, from the map: as {@link HistoryRemovalTest#rows} writes it. */
  private List<String> rowsThatAreLeft(long floor) {
    List<String> rows = new ArrayList<>();
    Map<String, String> before = Map.of();
    Map<String, Long> atFloor = new TreeMap<>();
    for (var at : model.entrySet()) {
      for (String key : KEYS) {
        Optional<String> now = Optional.ofNullable(at.getValue().get(key));
        if (now.equals(Optional.ofNullable(before.get(key)))) {
          continue;
        }
        if (at.getKey() >= floor) {
          rows.add("changed@" + at.getKey());
        }
        if (at.getKey() > floor) {
          rows.add(key + "@" + at.getKey());
        } else if (now.isPresent() || at.getKey() == floor) {
          atFloor.put(key, at.getKey());
        } else {
          atFloor.remove(key);
        }
      }
      before = at.getValue();
    }
    atFloor.forEach((key, revision) -> rows.add(key + "@" + revision));
    rows.sort(null);
    return rows;
  }

  // ---- the log, and what it must do

  private void draw() {
    model.put(1L, new TreeMap<>());
    long floor = 0;
    for (int i = 0; i < LENGTH; i++) {
      long current = model.lastKey();
      TreeMap<String, String> keys = new TreeMap<>(model.lastEntry().getValue());
      String key = KEYS.get(random.nextInt(4));
      Command.Builder command;
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> {
          command = Log.put(key, Integer.toString(i));
          put(keys, key, Integer.toString(i));
        }
        case 3 -> {
          command = Log.delete(key);
          keys.remove(key);
        }
        case 4 -> {
          command = Log.deleteRange("b", "c");
          keys.keySet().removeIf(each -> each.startsWith("b"));
        }
        case 5 -> {
          command = Log.command().setIncr(IncrRequest.newBuilder().setKey(Log.bytes("n")).setDelta(1));
          String old = keys.get("n");
          put(keys, "n", old == null ? "1" : Long.toString(Long.parseLong(old.split(" ", 2)[0]) + 1));
        }
        case 6, 7 -> {
          long since = Math.max(0, current - random.nextInt(12));
          command = guarded(since, i);
          // Unchanged since a revision below the floor: nobody can tell, so it does not hold.
          if (since >= floor && unchangedSince(since)) {
            put(keys, "c", Integer.toString(i));
          } else {
            keys.remove("a");
          }
        }
        default -> {
          long to = current - random.nextInt(8) + (random.nextInt(10) == 0 ? 9 : 0);
          command = Log.compact(to);
          floor = to >= 1 && to <= current ? Math.max(floor, to) : floor;
        }
      }
      log.command(command);
      floors.add(floor);
      if (!keys.equals(model.lastEntry().getValue())) {
        model.put(current + 1, keys);
      }
    }
    // The reference: one entry a batch, nothing is ever deleted.
    Machine reference = new Machine();
    for (int i = 0; i < LENGTH; i++) {
      try {
        results.add(reference.machine.apply(List.of(log.entries.get(i))).getFirst());
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      assertThat(reference.machine.reads().compactedRevision()).isEqualTo(floors.get(i));
    }
    assertThat(reference.revision()).isEqualTo(model.lastKey());
  }

  private static void put(Map<String, String> keys, String key, String value) {
    String old = keys.get(key);
    long version = old == null ? 1 : 1 + Long.parseLong(old.substring(old.indexOf('v') + 1));
    keys.put(key, value + " v" + version);
  }

  /** Whether b and what begins with it is as it was, and was not touched in between. */
  private boolean unchangedSince(long since) {
    TreeMap<String, String> before = null;
    for (var at : model.entrySet()) {
      TreeMap<String, String> now = new TreeMap<>(at.getValue().subMap("b", "c"));
      if (at.getKey() > since && before != null && !now.equals(before)) {
        return false;
      }
      before = now;
    }
    return true;
  }

  private static Command.Builder guarded(long since, int i) {
    KeyRange.Builder range = KeyRange.newBuilder().setStart(Log.bytes("b")).setEnd(Log.bytes("c"));
    return Log.txn(TxnRequest.newBuilder().addGuards(Guard.newBuilder().setRange(range).setUnchangedSince(since))
        .addThenOps(TxnOp.newBuilder()
            .setPut(PutRequest.newBuilder().setKey(Log.bytes("c")).setValue(Log.bytes(Integer.toString(i)))))
        .addElseOps(TxnOp.newBuilder().setDelete(Log.delete("a").getDelete())));
  }

  // ---- the nodes

  /** A machine on a store that can crash, and that can have another state installed. */
  private static final class Node implements StateHome {
    private final @Nullable Path directory;
    private KeyValueStore store;
    private KvStateMachine machine;
    private @Nullable KeyValueStore arrived;

    private Node(@Nullable Path directory, KeyValueStore store) throws Exception {
      this.directory = directory;
      this.store = store;
      this.machine = KvStateMachine.open(this);
    }

    static Node memory() throws Exception {
      return new Node(null, new MemoryStore());
    }

    static Node rocks(Path directory) throws Exception {
      return new Node(directory, RocksStore.open(directory, RocksOptions.DEFAULT));
    }

    int applied() {
      return (int) machine.applied().index();
    }

    void crash() throws Exception {
      if (directory == null) {
        store = ((MemoryStore) store).crash();
      } else {
        store.close();
        store = RocksStore.open(directory, RocksOptions.DEFAULT);
      }
      machine = KvStateMachine.open(this);
    }

    void install(MemoryStore other) throws Exception {
      arrived = other;
      machine.install(null, false);
      store = other;
    }

    @Override
    public KeyValueStore store() {
      return store;
    }

    @Override
    public KeyValueStore install(IncomingSnapshot snapshot, boolean resetLog) {
      return arrived;
    }

    @Override
    public void replaced() {
    }

    @Override
    public boolean removeReplaced() {
      return false;
    }

    @Override
    public Configuration initialConfiguration() {
      return Configuration.EMPTY;
    }

    @Override
    public boolean isLogResetOwed() {
      return false;
    }

    @Override
    public void logReset() {
    }
  }
}
