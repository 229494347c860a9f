/**
 * The port behind which the state lives: ordered tables of bytes, changed by atomic batches. Two implementations, {@code rocks} and
 * {@code memory}, pass one contract suite. This package imports the JDK only.
 *
 * <p>Invariants: a batch is visible, and after a crash present, as a whole over all tables or not at all; what a crash leaves
 * is the state after some batch, none before the last flush. Start at {@link io.balsa.storage.kv.KeyValueStore}.
 */
@NullMarked
package io.balsa.storage.kv;

import org.jspecify.annotations.NullMarked;
