package io.balsa.raft.port;

import io.balsa.raft.node.PendingProposal;
import org.jspecify.annotations.Nullable;

/**
 * Where the renewals of leases wait until they become one entry (T5): asked every 100 ms while this node leads, and before
 * each Clock entry, so that a renewal which has arrived is never overtaken by the expiry (T4). Raft thread.
 */
public interface RenewalSource<R> {
  /** All that waits as one command, or null when nothing does. */
  @Nullable
  PendingProposal<R> take();
}
