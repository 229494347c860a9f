package io.balsa.raft.action;

import io.balsa.raft.log.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Role, term or known leader changed.
 *
 * @param reason why, for people
 */
public record RoleChanged(Role role, long term, @Nullable NodeId leader, String reason) implements Action {
}
