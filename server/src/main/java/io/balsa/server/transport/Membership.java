package io.balsa.server.transport;

import io.balsa.raft.log.Configuration;
import io.balsa.server.identity.Identity;
import java.util.function.Supplier;

/**
 * What a node goes by when it meets another (I1).
 *
 * @param configuration the newest one in this node's log
 */
public record Membership(long clusterId, Identity self, Supplier<Configuration> configuration) {
}
