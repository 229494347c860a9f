/**
 * What is told of a run, and of many: a page to look at and a file of numbers for each run, and a table of all.
 *
 * <p>Invariants: what did not work is told like what did; a number in a table is one of a {@code summary.json}, so that a table
 * can be made again from the files that are published.
 *
 * <p>Start at {@link io.balsa.jepsen.report.ReportFiles}.
 */
@NullMarked
package io.balsa.jepsen.report;

import org.jspecify.annotations.NullMarked;
