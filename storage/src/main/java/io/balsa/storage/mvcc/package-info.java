/**
 * Versions of keys as rows of the store: how they are encoded, written, and read back at one revision. Imports {@code kv} and
 * the wire's {@code KeyValue}.
 *
 * <p>Invariants: a revision changes a key at most once; rows of a version never change; CURRENT has a row for exactly those
 * keys whose newest version is no tombstone; every version has its row in REVISIONS, as long as it is not
 * compacted (A7).
 * Start at {@link io.balsa.storage.mvcc.Rows}, then {@link io.balsa.storage.mvcc.Versions}.
 */
@NullMarked
package io.balsa.storage.mvcc;

import org.jspecify.annotations.NullMarked;
