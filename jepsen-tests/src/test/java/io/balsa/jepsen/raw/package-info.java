/**
 * Clients that have nothing of the SDK: stubs over one connection, and streams that do what a test tells them, also what no SDK would
 * do. They repeat nothing and acknowledge nothing by themselves.
 *
 * <p>Start at {@link io.balsa.jepsen.raw.RawNode}.
 */
@NullMarked
package io.balsa.jepsen.raw;

import org.jspecify.annotations.NullMarked;
