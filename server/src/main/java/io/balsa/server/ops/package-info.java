/**
 * What operators and their tools ask: metrics, health, readiness, over plain HTTP. Start at
 * {@link io.balsa.server.ops.OpsServer}. Nothing here changes anything.
 */
@NullMarked
package io.balsa.server.ops;

import org.jspecify.annotations.NullMarked;
