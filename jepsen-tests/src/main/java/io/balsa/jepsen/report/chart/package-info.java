/**
 * The pictures of a report, as SVG inside of its page.
 *
 * <p>Invariants: what lies over each other in time lies over each other on the page; colours are named by classes and set by the
 * page's style, so that every picture is there in light and in dark; a picture that leaves something out says how much.
 *
 * <p>They are drawn here and not by a library for charts, because such a library draws with fixed colours and knows nothing of
 * faults that reach over several charts, and a chart of lines is short.
 *
 * <p>Start at {@link io.balsa.jepsen.report.chart.OverTime} and {@link io.balsa.jepsen.report.chart.Timeline}.
 */
@NullMarked
package io.balsa.jepsen.report.chart;

import org.jspecify.annotations.NullMarked;
