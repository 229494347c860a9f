package io.balsa.client.lease;

/** How a lease is kept. Immutable. */
public enum LeaseOption {
  /** The client does not renew it by itself: its owner calls {@link Lease#keepAlive()} in time. */
  MANUAL
}
