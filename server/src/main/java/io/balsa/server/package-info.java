/**
 * One node of a cluster: configuration, gRPC services, the links between peers, metrics and the operations HTTP port, wired\n * around {@code io.balsa.raft} and {@code io.balsa.storage}.
 */
@NullMarked
package io.balsa.server;

import org.jspecify.annotations.NullMarked;
