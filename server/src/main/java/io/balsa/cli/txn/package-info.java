/**
 * The script that {@code balsa txn} reads: what it looks like and what it means, without a cluster. It may import the
 * command line's failures and nothing of the SDK.
 *
 * <p>Invariant: a script with anything unclear in it is refused as a whole, with the number of its line, before anything is
 * sent.
 *
 * <p>Start at {@link io.balsa.cli.txn.ScriptParser}.
 */
@NullMarked
package io.balsa.cli.txn;

import org.jspecify.annotations.NullMarked;
