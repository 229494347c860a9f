/**
 * Whether a history of transactions over lists is strictly serializable. What a list holds tells in which order it
 * was appended to, so the dependencies between transactions can be read off the reads, and an anomaly is a cycle of
 * them (Adya's G0, G1, G2, and what only the clock on the wall forbids).
 *
 * <p>Invariants: a history that some serial execution explains, in an order that agrees with real time, is never
 * accused; what is reported is proven by the transactions that the report names. Nothing here knows a cluster or a
 * client.
 *
 * <p>Start at {@link io.balsa.jepsen.checker.append.ListAppendChecker}.
 */
@NullMarked
package io.balsa.jepsen.checker.append;

import org.jspecify.annotations.NullMarked;
