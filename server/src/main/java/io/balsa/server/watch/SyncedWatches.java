package io.balsa.server.watch;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.Event;
import io.balsa.storage.mvcc.ChangedKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The watches that have been told everything so far. A change is looked at once for all that want the same: those of single keys are
 * looked up, the others asked one after the other. Ordered, so that the same events come in the same order in each run. Confined to
 * the hub.
 */
final class SyncedWatches {
  private final Map<GroupKey, SyncedGroup> groups = new LinkedHashMap<>();
  private final Map<ByteString, Set<SyncedGroup>> byKey = new LinkedHashMap<>();
  private final Set<SyncedGroup> ranges = new LinkedHashSet<>();

  /** @param start what comes before it is not wanted; 0: everything that comes */
  record GroupKey(WatchSpec spec, long start) {
  }

  void add(Watcher watcher, long position) {
    GroupKey key = new GroupKey(watcher.spec, watcher.start > position + 1 ? watcher.start : 0);
    SyncedGroup group = groups.computeIfAbsent(key, this::open);
    group.watchers.add(watcher);
    watcher.group = group;
  }

  private SyncedGroup open(GroupKey key) {
    SyncedGroup group = new SyncedGroup(key);
    if (key.spec.isSingle()) {
      byKey.computeIfAbsent(key.spec.bounds().start(), ignored -> new LinkedHashSet<>()).add(group);
    } else {
      ranges.add(group);
    }
    return group;
  }

  void remove(Watcher watcher) {
    SyncedGroup group = watcher.group;
    if (group == null) {
      return;
    }
    watcher.group = null;
    group.watchers.remove(watcher);
    if (!group.watchers.isEmpty()) {
      return;
    }
    groups.remove(group.key);
    ranges.remove(group);
    if (group.key.spec.isSingle()) {
      ByteString key = group.key.spec.bounds().start();
      Set<SyncedGroup> others = byKey.get(key);
      if (others != null) {
        others.remove(group);
        if (others.isEmpty()) {
          byKey.remove(key);
        }
      }
    }
  }

  List<Watcher> removeAll() {
    List<Watcher> all = new ArrayList<>();
    groups.values().forEach(group -> all.addAll(group.watchers));
    all.forEach(watcher -> watcher.group = null);
    groups.clear();
    byKey.clear();
    ranges.clear();
    return all;
  }

  /** The groups that want some of the changes behind {@code position}, each with its events; to be cleared. */
  List<SyncedGroup> match(List<ChangedKey> changes, long position) {
    List<SyncedGroup> touched = new ArrayList<>();
    if (groups.isEmpty()) {
      return touched;
    }
    for (ChangedKey changed : changes) {
      if (changed.revision() > position) {
        match(changed, touched);
      }
    }
    return touched;
  }

  private void match(ChangedKey changed, List<SyncedGroup> touched) {
    List<SyncedGroup> wanting = new ArrayList<>();
    Set<SyncedGroup> single = byKey.get(changed.key());
    if (single != null) {
      wanting.addAll(single);
    }
    for (SyncedGroup group : ranges) {
      if (group.key.spec.covers(changed.key())) {
        wanting.add(group);
      }
    }
    wanting.removeIf(group -> changed.revision() < group.key.start || !group.key.spec.wants(changed));
    if (wanting.isEmpty()) {
      return;
    }
    Event event = Events.of(changed, null);
    for (SyncedGroup group : wanting) {
      if (group.events.isEmpty()) {
        group.firstRevision = changed.revision();
        touched.add(group);
      }
      group.events.add(event);
      group.bytes += changed.bytes();
    }
  }
}
