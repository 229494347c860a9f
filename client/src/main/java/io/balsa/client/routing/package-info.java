/**
 * Which node to ask: what a client knows of the cluster's addresses, and the searches for its leader, or for any node that
 * serves a read. A leader's hint is followed first, then the other known addresses go round, with a backoff that is short while
 * an election is likely. An address that cost time is left alone for a while, so a dead or cut-off node is never what a call
 * waits for.
 *
 * <p>No gRPC, no thread, no clock: time comes in. All but {@link io.balsa.client.routing.AddressResolver} and {@link
 * io.balsa.client.routing.ReadBalance} is confined to the client's one thread. Start with {@link
 * io.balsa.client.routing.LeaderSearch}.
 */
@NullMarked
package io.balsa.client.routing;

import org.jspecify.annotations.NullMarked;
