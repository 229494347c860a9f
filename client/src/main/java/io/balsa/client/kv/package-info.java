/**
 * Keys and values: {@link io.balsa.client.kv.Kv} and the immutable values that go into it and come out of it. Start there.
 * What carries the calls is behind {@link io.balsa.client.kv.KvCalls}.
 */
@NullMarked
package io.balsa.client.kv;

import org.jspecify.annotations.NullMarked;
