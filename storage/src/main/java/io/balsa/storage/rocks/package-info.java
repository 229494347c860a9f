/**
 * RocksDB behind the port {@code kv}: the only package that may import {@code org.rocksdb}. Its WAL is off, because the Raft log is one:
 * a crash leaves what was flushed, and the rest is applied again. Invariants: all families are flushed atomically; no
 * native object is used after it was freed, whoever closes the store and whenever. Start at
 * {@link io.balsa.storage.rocks.RocksStore}.
 */
@NullMarked
package io.balsa.storage.rocks;

import org.jspecify.annotations.NullMarked;
