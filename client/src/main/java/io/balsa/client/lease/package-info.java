/**
 * Leases: start with {@link io.balsa.client.lease.Leases}. What decides is {@code session.LeaseCore}; what carries the calls is
 * behind {@link io.balsa.client.lease.LeaseCalls}.
 */
@NullMarked
package io.balsa.client.lease;

import org.jspecify.annotations.NullMarked;
