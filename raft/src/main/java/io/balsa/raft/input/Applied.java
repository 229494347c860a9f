package io.balsa.raft.input;

/**
 * The state machine has applied everything up to {@code index}.
 *
 * @param nextDueNanos the cluster time at which the next lease, session or lock wait is due, or Long.MAX_VALUE if there is
 *                     none (T4)
 */
public record Applied(long index, long nextDueNanos) implements Input {
}
