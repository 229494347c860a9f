package io.balsa.raft.action;

import io.balsa.raft.log.HardState;

/**
 * Buffer the new term and vote for the next {@link Sync}.
 */
public record SaveHardState(HardState hardState) implements Action {
}
