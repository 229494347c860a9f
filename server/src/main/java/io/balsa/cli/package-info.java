/**
 * The command line, every verb of {@code balsa}. It stands on top of the house: it may import everything, and nothing
 * imports it.
 *
 * <p>Invariants: standard output carries what was asked for and nothing else; every failure is one line on standard error
 * and one of the numbers of {@link io.balsa.cli.ExitStatus}, never a stack trace; a mutation is never tried again after it
 * may have reached a log (E1).
 *
 * <p>Start at {@link io.balsa.cli.Main}; {@link io.balsa.cli.Verb} lists the verbs, one class each. Servers that {@code up}
 * and {@code demo} start are in {@code io.balsa.cli.local}, load in {@code io.balsa.cli.bench}.
 */
@NullMarked
package io.balsa.cli;

import org.jspecify.annotations.NullMarked;
