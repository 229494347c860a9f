/**
 * The state machine: committed entries in, rows and results out. Imports raft's values and port, {@code proto}, {@code kv},
 * {@code mvcc}.
 *
 * <p>Invariants: apply reads the entry and replicated state and nothing else (A1); all rows that a list of entries changes go into
 * one batch with the LogId that they lead to (A3); what is in memory could be rebuilt from the rows (A2); no command
 * throws (A6). Start at {@link io.balsa.storage.state.KvStateMachine}.
 */
@NullMarked
package io.balsa.storage.state;

import org.jspecify.annotations.NullMarked;
