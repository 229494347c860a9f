package io.balsa.storage.rocks;

/**
 * What an operator may size.
 *
 * @param blockCacheBytes  uncompressed blocks, indexes and filters kept in memory
 * @param memtableBytes    writes held in memory before RocksDB flushes by itself, over all families; about as much of the Raft
 *                         log is replayed after a crash
 * @param backgroundJobs   threads that flush and compact
 */
public record RocksOptions(long blockCacheBytes, long memtableBytes, int backgroundJobs) {
  /**
   * A put costs about a quarter more with memtables of 64 MiB (measured): larger ones fit the processor's caches less. The block cache
   * has room for about half of the rows that ten million keys have in CURRENT; with 64 MiB a put among so many cost apply a half more
   * (measured).
   */
  public static final RocksOptions DEFAULT = new RocksOptions(256L << 20, 32L << 20, 2);

  /** For a look into files that are not served from. */
  static final RocksOptions SMALLEST = new RocksOptions(1 << 20, 1 << 20, 1);

  public RocksOptions {
    if (blockCacheBytes < 1 << 20 || memtableBytes < 1 << 20 || backgroundJobs < 1) {
      throw new IllegalArgumentException(
          "the block cache and the memtables take at least 1 MiB, and there is at least one"
              + " background job: " + blockCacheBytes + ", " + memtableBytes + ", " + backgroundJobs);
    }
  }
}
