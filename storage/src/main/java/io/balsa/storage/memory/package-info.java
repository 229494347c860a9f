/**
 * The state in memory, for simulations and tests: its flush and its crash happen when the caller says, and nothing else. Imports
 * {@code kv} only. Invariant: every version of a table is immutable, so that a snapshot, a flush and a crash are the copying of
 * one reference. Start at {@link io.balsa.storage.memory.MemoryStore}.
 */
@NullMarked
package io.balsa.storage.memory;

import org.jspecify.annotations.NullMarked;
