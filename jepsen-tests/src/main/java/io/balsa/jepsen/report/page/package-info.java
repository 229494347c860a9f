/**
 * The pages that people look at: of a run, and of many.
 *
 * <p>Invariants: a page is one file and asks no network for anything; its policy forbids every script but its own, so that what
 * stands in a log or in a value stays what it is even if it were not escaped; the verdict comes first.
 *
 * <p>Start at {@link io.balsa.jepsen.report.page.RunPage}.
 */
@NullMarked
package io.balsa.jepsen.report.page;

import org.jspecify.annotations.NullMarked;
