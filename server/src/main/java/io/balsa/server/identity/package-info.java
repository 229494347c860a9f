/**
 * Who this node is, durably: the lock on its data directory, its identity (I1), the cluster that it formed (I2). Start at
 * {@link io.balsa.server.identity.DataDirectory}.
 *
 * <p>The order that crashes rely on: identity, then {@code formed} as FORMING, then the log, then {@code formed} as FORMED,
 * then the first vote. So a log without a {@code formed} record, and a FORMED record without a log, are both damage.
 */
@NullMarked
package io.balsa.server.identity;

import org.jspecify.annotations.NullMarked;
