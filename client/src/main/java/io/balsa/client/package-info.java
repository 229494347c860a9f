/**
 * The Java SDK: a client that finds and follows the leader and carries each call out exactly once. It knows the wire protocol
 * and nothing of the server.
 *
 * <p>Start with {@link io.balsa.client.BalsaClient}. API are this package, {@code kv}, {@code counter}, {@code cluster}, {@code
 * error}, {@code routing.AddressResolver}, {@code routing.ReadBalance} and {@code session.ConnectionListener}; the rest of {@code routing}, {@code session}
 * and {@code rpc} is the SDK's own. Dependencies point one way: error, routing, session, kv, rpc, counter and cluster, this.
 */
@NullMarked
package io.balsa.client;

import org.jspecify.annotations.NullMarked;
