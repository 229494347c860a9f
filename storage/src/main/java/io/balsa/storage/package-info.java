/**
 * What a node keeps: the Raft log on disk, the MVCC state machine, and snapshots. It implements the ports of\n * {@code io.balsa.raft}; RocksDB is known to its package {@code rocks} only.
 */
@NullMarked
package io.balsa.storage;

import org.jspecify.annotations.NullMarked;
