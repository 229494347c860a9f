/** Exact counters. Start with {@link io.balsa.client.counter.Counter}. */
@NullMarked
package io.balsa.client.counter;

import org.jspecify.annotations.NullMarked;
