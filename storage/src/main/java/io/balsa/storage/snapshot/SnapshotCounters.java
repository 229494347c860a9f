package io.balsa.storage.snapshot;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what {@link SnapshotCounts} tells. Any thread. */
final class SnapshotCounters {
  final AtomicLong taken = new AtomicLong();
  final AtomicLong received = new AtomicLong();
  final AtomicLong refused = new AtomicLong();
  final AtomicLong installed = new AtomicLong();

  SnapshotCounts now() {
    return new SnapshotCounts(taken.get(), received.get(), refused.get(), installed.get());
  }
}
