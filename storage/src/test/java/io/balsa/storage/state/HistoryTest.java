package io.balsa.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.PutRequest;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.RangeChunk;
import io.balsa.storage.mvcc.RangeQuery;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Every key and every range at every revision, against a map of all versions (R2). */
final class HistoryTest {
  /** All keys as of each revision. */
  private final TreeMap<Long, TreeMap<ByteString, KeyValue>> model = new TreeMap<>();

  /** A change: of one key, or the deletion of a range. */
  record Op(ByteString key, ByteString end, boolean delete) {
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void readsAgreeWithAMapOfVersions(@ForAll("histories") List<Op> ops, @ForAll long seed) throws Exception {
    check(new MemoryStore(), ops, seed);
  }

  @Property(tries = 8, edgeCases = EdgeCasesMode.NONE)
  void readsOfRocksDbAgreeWithAMapOfVersions(@ForAll("histories") List<Op> ops, @ForAll long seed) throws Exception {
    Path directory = Files.createTempDirectory("history");
    try (KeyValueStore store = RocksStore.open(directory, RocksOptions.DEFAULT)) {
      check(store, ops, seed);
      store.flush();
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Example
  void aKeyWithALongHistoryIsPassedQuickly() throws Exception {
    Machine m = new Machine();
    m.apply(Log.put("a", "1"));
    List<io.balsa.raft.log.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      entries.add(m.log.command(Log.incr("hot", 1)));
    }
    entries.add(m.log.command(Log.put("z", "1")));
    m.machine.apply(entries);
    for (boolean descending : new boolean[]{false, true}) {
      for (long revision : new long[]{2, 10_000, m.revision()}) {
        RangeChunk chunk = m.machine.reads()
            .range(RangeQuery.of(KeyBounds.ALL, revision).descending(descending).chunk(1 << 20, 60));
        assertThat(chunk.complete()).as("within 60 rows").isTrue();
        assertThat(chunk.count()).isEqualTo(revision == 2 ? 1 : revision == 10_000 ? 2 : 3);
      }
    }
  }

  @Example
  void r2_onlyRevisionsThatExistAreRead() throws Exception {
    Machine m = new Machine();
    m.apply(Log.put("a", "1"));
    assertThatThrownBy(() -> m.machine.reads().get(new byte[]{'a'}, 3)).isInstanceOfSatisfying(ReadRefused.class, e -> {
      assertThat(e.reason()).isEqualTo(ReadRefused.Reason.FUTURE_REVISION);
      assertThat(e.revision()).isEqualTo(2);
    });
    assertThatThrownBy(() -> m.machine.reads().range(RangeQuery.of(KeyBounds.ALL, 99))).isInstanceOf(ReadRefused.class);
    assertThatThrownBy(() -> ReadRefused.check(4, 5, 9)).isInstanceOfSatisfying(ReadRefused.class, e -> {
      assertThat(e.reason()).isEqualTo(ReadRefused.Reason.COMPACTED);
      assertThat(e.revision()).isEqualTo(5);
    });
    ReadRefused.check(5, 5, 9);
    ReadRefused.check(9, 5, 9);
    assertThat(m.machine.reads().get(new byte[]{'a'}, 1).kv()).isNull();
  }

  @Example
  void boundsAreReadAsTheWireSaysThem() {
    ByteString a = ByteString.copyFromUtf8("a");
    ByteString zero = ByteString.copyFrom(new byte[1]);
    assertThat(KeyBounds.of(KeyRange.newBuilder().setStart(a).build())).isEqualTo(new KeyBounds(a, a.concat(zero)));
    assertThat(KeyBounds.of(KeyRange.newBuilder().setStart(a).setEnd(zero).build())).isEqualTo(new KeyBounds(a, null));
    assertThat(KeyBounds.of(KeyRange.newBuilder().setStart(a).setEnd(a).build()).isEmpty()).isTrue();
    assertThat(KeyBounds.ALL.isEmpty()).isFalse();
  }

  private void check(KeyValueStore store, List<Op> ops, long seed) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    model.clear();
    model.put(1L, new TreeMap<>(ByteString.unsignedLexicographicalComparator()));
    Machine m = new Machine(store);
    List<io.balsa.raft.log.Entry> batch = new ArrayList<>();
    for (Op op : ops) {
      batch.add(m.log.command(command(op)));
      applyToModel(op);
      if (random.nextInt(3) == 0) {
        m.machine.apply(batch);
        batch.clear();
      }
      if (random.nextInt(10) == 0) {
        m.machine.flush();
      }
    }
    m.machine.apply(batch);
    assertThat(m.revision()).isEqualTo(model.lastKey());
    StateReads reads = m.machine.reads();
    for (var at : model.entrySet()) {
      for (Op op : ops) {
        assertThat(reads.get(op.key.toByteArray(), at.getKey()).kv()).isEqualTo(at.getValue().get(op.key));
      }
      checkRange(reads, at.getKey(), at.getValue(), random);
    }
    for (Op op : ops) {
      assertThat(reads.get(op.key.toByteArray(), 0).kv()).isEqualTo(model.lastEntry().getValue().get(op.key));
    }
  }

  /** A range drawn at random, read in chunks drawn at random. */
  private static void checkRange(StateReads reads, long revision, TreeMap<ByteString, KeyValue> keys,
      RandomGenerator random)
      throws Exception {
    ByteString start = randomKey(random);
    ByteString end = random.nextInt(3) == 0 ? null : randomKey(random);
    boolean descending = random.nextBoolean();
    RangeQuery.Filter filter = random.nextBoolean()
        ? RangeQuery.Filter.NONE
        : new RangeQuery.Filter(random.nextLong(6), random.nextLong(12), random.nextLong(4), random.nextLong(12));
    RangeQuery.Content content = List.of(RangeQuery.Content.values()).get(random.nextInt(3));
    List<KeyValue> expected = new ArrayList<>();
    for (KeyValue kv : (descending ? keys.descendingMap() : keys).values()) {
      Comparator<ByteString> order = ByteString.unsignedLexicographicalComparator();
      boolean within = order.compare(kv.getKey(), start) >= 0 && (end == null || order.compare(kv.getKey(), end) < 0);
      if (within && kv.getModRevision() >= filter.minMod()
          && (filter.maxMod() == 0 || kv.getModRevision() <= filter.maxMod())
          && kv.getCreateRevision() >= filter.minCreate()
          && (filter.maxCreate() == 0 || kv.getCreateRevision() <= filter.maxCreate())) {
        expected.add(content == RangeQuery.Content.KEYS ? kv.toBuilder().clearValue().build() : kv);
      }
    }
    RangeQuery query = RangeQuery.of(new KeyBounds(start, end), revision).descending(descending).filter(filter)
        .content(content).chunk(random.nextInt(200), 1 + random.nextInt(20));
    List<KeyValue> found = new ArrayList<>();
    long count = 0;
    RangeChunk chunk;
    do {
      long room = random.nextInt(4);
      chunk = reads.range(query.rowsMax(room));
      assertThat(chunk.revision()).isEqualTo(revision);
      found.addAll(chunk.kvs());
      count += chunk.count();
      if (content != RangeQuery.Content.COUNT) {
        assertThat(chunk.count()).isEqualTo(chunk.kvs().size()).isLessThanOrEqualTo(room);
        assertThat(chunk.end() == RangeChunk.End.ROWS_MAX).isEqualTo(chunk.count() == room && !chunk.complete()
            && chunk.end() != RangeChunk.End.CHUNK_FULL);
      }
      if (!chunk.complete()) {
        query = query.after(chunk.nextAfter(), chunk.revision());
        assertThat(count).as("%s", chunk.end())
            .isLessThan(expected.size() + (chunk.end() == RangeChunk.End.ROWS_MAX ? 0 : 1));
      }
    } while (!chunk.complete());
    assertThat(count).isEqualTo(expected.size());
    assertThat(found).isEqualTo(content == RangeQuery.Content.COUNT ? List.of() : expected);
  }

  private void applyToModel(Op op) {
    long revision = model.lastKey() + 1;
    TreeMap<ByteString, KeyValue> keys = new TreeMap<>(model.lastEntry().getValue());
    if (!op.delete) {
      KeyValue old = keys.get(op.key);
      keys.put(op.key, KeyValue.newBuilder().setKey(op.key).setValue(op.end).setModRevision(revision)
          .setCreateRevision(old == null ? revision : old.getCreateRevision())
          .setVersion(old == null ? 1 : old.getVersion() + 1).build());
    } else if (op.end.isEmpty()) {
      keys.remove(op.key);
    } else {
      Comparator<ByteString> order = ByteString.unsignedLexicographicalComparator();
      keys.keySet().removeIf(key -> order.compare(key, op.key) >= 0 && order.compare(key, op.end) < 0);
    }
    if (!op.delete || keys.size() < model.lastEntry().getValue().size()) {
      model.put(revision, keys);
    }
  }

  private static Command.Builder command(Op op) {
    if (!op.delete) {
      return Log.command().setPut(PutRequest.newBuilder().setKey(op.key).setValue(op.end));
    }
    return Log.command()
        .setDelete(DeleteRequest.newBuilder().setRange(KeyRange.newBuilder().setStart(op.key).setEnd(op.end)));
  }

  private static ByteString randomKey(RandomGenerator random) {
    byte[] key = new byte[random.nextInt(4)];
    for (int i = 0; i < key.length; i++) {
      key[i] = new byte[]{0, 1, 'a', (byte) 0xff}[random.nextInt(4)];
    }
    return ByteString.copyFrom(key);
  }

  @Provide
  Arbitrary<List<Op>> histories() {
    Arbitrary<ByteString> keys = Arbitraries.of((byte) 0, (byte) 1, (byte) 'a', (byte) 0xff).array(byte[].class)
        .ofMinSize(1)
        .ofMaxSize(3).map(ByteString::copyFrom);
    // An end of "\0" alone is not a key but no upper bound: the model knows ends as keys only.
    Arbitrary<ByteString> ends = keys.filter(key -> key.size() > 1 || key.byteAt(0) != 0);
    Arbitrary<Op> puts = Combinators.combine(keys, ends).as((key, value) -> new Op(key, value, false));
    Arbitrary<Op> deletes = keys.map(key -> new Op(key, ByteString.EMPTY, true));
    Arbitrary<Op> ranges = Combinators.combine(keys, ends).as((key, end) -> new Op(key, end, true));
    return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(6, puts), net.jqwik.api.Tuple.of(2, deletes),
        net.jqwik.api.Tuple.of(1, ranges)).list().ofMaxSize(60);
  }
}
