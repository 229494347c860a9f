package io.balsa.raft.port;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import java.io.IOException;
import java.util.List;

/**
 * The Raft log on disk. Writes are buffered by the raft thread and made durable by the log writer's thread; reads come from
 * any thread.
 *
 * <p>Worked example. The log holds 1..5, all durable. The raft thread calls {@code truncateFrom(4)}, {@code append([4', 5',
 * 6'])}, {@code requestSync(9)}. From that moment every reader sees 1, 2, 3, 4', 5', 6'; the disk still holds 1..5. The log
 * writer calls {@link #persistPending}: one frame with the hard state, "truncate from 4" and the three entries, one write,
 * one fdatasync; it returns 9. A crash before that leaves 1..5, a crash after it 1..6', nothing between.
 *
 * <p>Any IOException is fatal: the caller stops the process and never tries again (L3).
 */
public interface LogStore extends AutoCloseable {

  /** {@link #persistPending} found nothing to do. */
  long NOTHING = -1;

  /** What was found when the log was opened; durable in every byte before this store was handed out (L3). */
  RecoveredLog recovered();

  /** Buffers the hard state. Raft thread only. */
  void saveHardState(HardState hardState);

  /** Removes {@code fromIndex} and all after it. Raft thread only. */
  void truncateFrom(long fromIndex);

  /** Adds entries; the first follows the last one held. Raft thread only. */
  void append(List<Entry> entries);

  /**
   * Lets go of entries that nobody needs: of whole segments, so of no more than up to {@code index}, and perhaps of none. What it
   * lets go of can be read no longer from this moment on; its files go later, by {@link #maintain}, when no reader uses them.
   * Raft thread only.
   *
   * @param index applied, and flushed by the state machine (L5)
   * @return the entry before the first one that is left
   */
  LogId compactTo(long index);

  /**
   * What the written entries after {@code index} take on the disk, with all that lies between them: many times their own size when
   * each was made durable by itself. In bytes. Any thread; never touches the disk.
   */
  long diskBytesAfter(long index);

  /**
   * Drops every entry: the log begins behind {@code base}, which a snapshot holds (C6). On disk it is a new segment with this in
   * its header and the hard state in its first batch, synced before any old segment is removed. Raft thread only; what is
   * buffered before it and is not written yet is dropped with the rest, but for the hard state.
   *
   * @param stampNanos the stamp of the entry {@code base}
   */
  void reset(LogId base, long stampNanos, Configuration configuration);

  /** Everything buffered so far belongs to sync {@code seq}. Raft thread only; sequences grow by one. */
  void requestSync(long seq);

  /**
   * Makes the requested syncs durable in one frame, one write and one fdatasync: all of them, or as many of the oldest as one
   * frame is to hold; the rest is for the next call. Log writer's thread only; never interrupted
   * (an interrupt would close the file, E3).
   *
   * @return the newest sync that is now durable, or {@link #NOTHING}
   */
  long persistPending() throws IOException;

  /**
   * One piece of work off the write path, such as preparing a spare segment. Its own thread.
   *
   * @return whether there was something to do
   */
  boolean maintain() throws IOException;

  /**
   * The entries from {@code from} on that are in memory: up to {@code to}, and as many as fit in {@code bytesMax} (at least
   * one). Empty when {@code from} is not in memory or not in the log. Never touches the disk. Any thread.
   */
  List<Entry> readCached(long from, long to, long bytesMax);

  /**
   * Like {@link #readCached}, and from disk where need be. Empty when {@code from} is not in the log (any more, or yet). Any
   * thread but the raft thread.
   */
  List<Entry> read(long from, long to, long bytesMax) throws IOException;

  @Override
  void close() throws IOException;
}
