package io.balsa.storage.kv;

import org.jspecify.annotations.Nullable;

/**
 * Ordered tables of bytes, changed by atomic batches, without a log of its own: what was written since the last flush is
 * lost in a crash and comes again from the Raft log.
 *
 * <p>Worked example. Batch 1 writes {@code applied -> 7} to META and a row to CURRENT; batch 2 writes {@code applied -> 9}
 * and another row. Every reader sees 9 as soon as batch 2's write has returned. {@code flushed(META, applied)} says what a
 * crash would leave: null, 7 or 9, and the rows of CURRENT would be just those of that batch. After {@link #flush} it is 9.
 *
 * <p>What a crash leaves, and what a snapshot or a checkpoint holds, is what the first so many batches made, in the order in which
 * they were written: never a later one without an earlier one, over all tables.
 *
 * <p>Reads and writes come from any thread; whoever writes a row is its only writer. Any {@link StoreException} of a write or a flush is
 * fatal: the caller stops the process.
 */
public interface KeyValueStore extends StoreReader, AutoCloseable {

  WriteBatch newBatch();

  /** Makes the whole batch visible at once, over all tables. Not durable before a flush. */
  void write(WriteBatch batch) throws StoreException;

  /** The newest state, held. Waits for no disk. */
  StoreSnapshot snapshot() throws StoreException;

  /** Like {@link #get}, in the state that a crash at this moment would leave. May touch the disk. */
  byte @Nullable [] flushed(ColumnFamily family, byte[] key) throws StoreException;

  /** Makes all that was written before durable, over all tables at once. Waits for the disk. Any thread. */
  void flush() throws StoreException;

  /**
   * What this store holds at some moment between the call and the return, at least all that was written before the call, made
   * durable there and held for reading. Waits for the disk. Any thread; one at a time.
   */
  Checkpoint checkpoint() throws StoreException;

  /**
   * Gives the space that deletions have left back to the disk. May take as long as writing all of the state does; reads and writes go
   * on beside it. A close ends it early. Any thread; one at a time.
   */
  void reclaim() throws StoreException;

  /** About what the state takes on disk and in memory, in bytes. */
  long approximateBytes() throws StoreException;

  /**
   * Ends open iterators and snapshots (their next use throws {@link StoreClosedException}) and lets go of everything. Does
   * not flush: what was not flushed may be lost, as in a crash. A second call does nothing.
   */
  @Override
  void close() throws StoreException;
}
