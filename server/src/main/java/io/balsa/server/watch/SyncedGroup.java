package io.balsa.server.watch;

import io.balsa.proto.v1.Event;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Watches that want the same and have been told everything so far: what is found for one is found for all. */
final class SyncedGroup {
  final SyncedWatches.GroupKey key;
  final Set<Watcher> watchers = new LinkedHashSet<>();
  /** Of the batch that is being looked at. */
  final List<Event> events = new ArrayList<>();
  long firstRevision;
  long bytes;

  SyncedGroup(SyncedWatches.GroupKey key) {
    this.key = key;
  }

  void clear() {
    events.clear();
    bytes = 0;
  }
}
