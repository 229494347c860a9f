/** A cluster that is not one: the client protocol, with one model of the state behind it. Start with FakeCluster. */
@NullMarked
package io.balsa.client.fake;

import org.jspecify.annotations.NullMarked;
