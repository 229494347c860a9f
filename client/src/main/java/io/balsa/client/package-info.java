/**
 * The Java SDK: a client that finds and follows the leader and carries each call out exactly once. It knows the wire\n * protocol and nothing of the server.
 */
@NullMarked
package io.balsa.client;

import org.jspecify.annotations.NullMarked;
