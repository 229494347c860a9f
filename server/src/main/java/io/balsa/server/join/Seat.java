package io.balsa.server.join;

import io.balsa.raft.log.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Where a node may be asked.
 *
 * @param id      whose address it is, so that a route of this node's own to it is taken; null: not known
 * @param address {@code host:port} of its peers
 */
public record Seat(@Nullable NodeId id, String address) {
}
