package io.balsa.raft.sim;

import io.balsa.raft.log.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * One call of a node's propose or read, followed until it is answered.
 *
 * @param id      unique in the run
 * @param payload of a proposal, unique in the run; null for a read
 * @param life    the process that was asked
 * @param askedAtNanos simulated time
 */
public record Call(long id, @Nullable Bytes payload, int life, long askedAtNanos) {
}
