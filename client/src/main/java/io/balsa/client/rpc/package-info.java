/**
 * What carries the decisions of {@code session} and {@code routing} out, over gRPC. Not API.
 *
 * <p>A client has one thread, its Netty event loop ({@link io.balsa.client.rpc.ClientLoop}): the session, the search for
 * leaders, every connection and every completion of a future run on it, so nothing here locks. Callers hand their calls over
 * through one queue. gRPC's own retries are off (E1); every attempt has a timeout of its own, so a dead or cut-off node never
 * holds a call beyond its deadline.
 */
@NullMarked
package io.balsa.client.rpc;

import org.jspecify.annotations.NullMarked;
