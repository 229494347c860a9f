package io.balsa.storage.rocks;

import io.balsa.storage.kv.ColumnFamily;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.ConfigOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksObject;
import org.rocksdb.WriteOptions;

/** Every option of RocksDB that is not its default, with the reason. Holds the native option objects; closed after the database. */
final class Tuning implements AutoCloseable {
  final DBOptions database;
  final WriteOptions write;
  final ReadOptions read;
  final ReadOptions readFlushed;
  final FlushOptions flush;
  private final List<ColumnFamilyOptions> families = new ArrayList<>();
  private final List<RocksObject> owned = new ArrayList<>();

  Tuning(RocksOptions options) {
    // As many shards as it has by itself. Half of it is for indexes and filters first, which each get of a block asks before.
    LRUCache cache = own(new LRUCache(options.blockCacheBytes(), -1, false, 0.5));
    database = own(new DBOptions())
        // Whether a database should be there is decided before it is opened.
        .setCreateIfMissing(true)
        // A newer version may add a table.
        .setCreateMissingColumnFamilies(true)
        // Without a WAL this is what makes a batch atomic over families through a crash (A3): applied index and data are
        // flushed together or not at all.
        .setAtomicFlush(true)
        // The close of this port is no flush, so that both implementations mean the same by it; KvStateMachine flushes first.
        .setAvoidFlushDuringShutdown(true)
        // Any corruption that is met stops the database instead of being read around.
        .setParanoidChecks(true)
        // All files are opened at the start, so that one that is missing, cut or without its footer is met then and not later.
        .setMaxOpenFiles(-1)
        // One thread writes nearly always: no need for what lets several insert at once. They may come beside each other: RocksDB
        // lets one batch in after the other.
        .setAllowConcurrentMemtableWrite(false)
        .setDbWriteBufferSize(options.memtableBytes())
        .setMaxBackgroundJobs(options.backgroundJobs())
        // Flushes and compactions give their pages to the disk as they go, so that the Raft log's fdatasync does not
        // wait behind a burst of them.
        .setBytesPerSync(1 << 20)
        // RocksDB's own log says only what is wrong, in at most a few small files.
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL).setKeepLogFileNum(3).setMaxLogFileSize(4 << 20)
        .setStatsDumpPeriodSec(0);
    // The Raft log is the WAL.
    write = own(new WriteOptions()).setDisableWAL(true);
    read = own(new ReadOptions()).setVerifyChecksums(true);
    // L5: what a crash would leave; with the WAL off this tier leaves the memtables out.
    readFlushed = own(new ReadOptions()).setVerifyChecksums(true).setReadTier(ReadTier.PERSISTED_TIER);
    flush = own(new FlushOptions()).setWaitForFlush(true).setAllowWriteStall(true);
    for (ColumnFamily family : ColumnFamily.values()) {
      families.add(forFamily(family, options, cache));
    }
  }

  /** Of every family, in their order. */
  List<ColumnFamilyDescriptor> descriptors() {
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    for (ColumnFamily family : ColumnFamily.values()) {
      byte[] name = family.storedName().getBytes(StandardCharsets.UTF_8);
      descriptors.add(new ColumnFamilyDescriptor(name, families.get(family.position())));
    }
    return descriptors;
  }

  private ColumnFamilyOptions forFamily(ColumnFamily family, RocksOptions options, LRUCache cache) {
    BlockBasedTableConfig table = new BlockBasedTableConfig()
        // One cache for all families: memory goes where the load is.
        .setBlockCache(cache)
        // Indexes and filters count against the cache, else memory grows with the data; those of level 0 are asked always.
        .setCacheIndexAndFilterBlocks(true).setPinL0FilterAndIndexBlocksInCache(true)
        .setCacheIndexAndFilterBlocksWithHighPriority(true)
        // In pieces of 4 KiB. One filter for a file of small rows has megabytes, more than a shard of the cache takes: each get would
        // read it anew, and check it.
        .setIndexType(IndexType.kTwoLevelIndexSearch).setPartitionFilters(true)
        // Values of some hundred bytes: fewer, larger blocks compress better and make smaller indexes than 4 KiB ones.
        .setBlockSize(16 << 10);
    if (family != ColumnFamily.REVISIONS && family != ColumnFamily.REPLIES) {
      // Most point gets of apply ask for keys that are new: ten bits a key answer 99 of 100 without a block. Of those two tables nobody
      // gets what is not there, and each put adds a row to both.
      table.setFilterPolicy(own(new BloomFilter(10))).setWholeKeyFiltering(true);
    }
    ColumnFamilyOptions tuned = own(fromNeighbours()).setTableFormatConfig(table)
        // Cheap for the CPU that apply shares. Not ZSTD on the last level either: a store that is rewritten all the time writes that
        // level as often as the others, and ZSTD was a quarter of the CPU of its compactions.
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        // Each compaction of level 0 rewrites all of a small store's next level: with eight times the files of the default it does so an
        // eighth as often. Their filters lie in memory, so that a get asks thirty-two of them in little more time than four.
        .setLevel0FileNumCompactionTrigger(32).setLevel0SlowdownWritesTrigger(64).setLevel0StopWritesTrigger(96)
        // A family flushes (and all others with it) at a quarter of the whole at the earliest, so the total is what rules.
        .setWriteBufferSize(Math.max(1 << 20, options.memtableBytes() / 2))
        // While one memtable is being flushed two more may fill before writes wait.
        .setMaxWriteBufferNumber(3);
    if (family == ColumnFamily.CURRENT) {
      // The same bloom filter over the memtable: a put of a new key asks it before it walks the skip list.
      tuned.setMemtableWholeKeyFiltering(true).setMemtablePrefixBloomSizeRatio(0.02);
      // What apply asks for on its one thread, rows of some forty bytes: to decompress them was much of what a get cost in a store that
      // no cache holds. What makes a store large, the values, is not in this table.
      tuned.setCompressionType(CompressionType.NO_COMPRESSION);
    }
    return tuned;
  }

  /**
   * A memtable looks for a row's place from where the row before it went, in place of from its top: batches come in the order of their
   * rows. One such place is kept for each prefix, of which there is one, the empty one. No setter has this option.
   *
   * <p>Only for one insert at a time, as above; and with deletions of ranges only since RocksDB 9.2, see the test of the store.
   */
  private static ColumnFamilyOptions fromNeighbours() {
    Properties hints = new Properties();
    hints.setProperty("memtable_insert_with_hint_prefix_extractor", "fixed:0");
    try (ConfigOptions strict = new ConfigOptions().setIgnoreUnknownOptions(false)) {
      return Objects.requireNonNull(ColumnFamilyOptions.getColumnFamilyOptionsFromProps(strict, hints),
          "RocksDB does not know the option memtable_insert_with_hint_prefix_extractor");
    }
  }

  /**
   * Whether what a scan reads stays in the block cache. Not history: it is read when it is removed, and by watches that lag, so that it
   * would only drive out what gets ask for again.
   */
  static boolean scansFillCache(ColumnFamily family) {
    return family != ColumnFamily.REVISIONS;
  }

  private <T extends RocksObject> T own(T object) {
    owned.add(object);
    return object;
  }

  @Override
  public void close() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      owned.get(i).close();
    }
  }
}
