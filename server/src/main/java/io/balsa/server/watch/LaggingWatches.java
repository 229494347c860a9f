package io.balsa.server.watch;

import io.balsa.proto.v1.Event;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.mvcc.ChangePosition;
import io.balsa.storage.mvcc.ChangesChunk;
import io.balsa.storage.mvcc.ChangesQuery;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.state.StateReads;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The watches that have not been told everything yet: new ones, slow ones, and those that want versions before, which have to be read.
 * Those of them that can be told something take turns, so that a long way back keeps nobody else waiting; and whoever stands near the
 * one whose turn it is shares what is read. What a slow watch has not been told waits nowhere but in the history. Confined to the hub.
 */
final class LaggingWatches {
  /** Each change of a piece is asked of each of these. */
  private static final int SPECS_A_TURN = 256;

  private final StateReads state;
  /** In line. */
  private final Set<Watcher> ready = new LinkedHashSet<>();

  /** What came of a turn. */
  interface Turn {
    /** It has been told what there was to tell, or there was nothing in what was read. */
    void moved(Watcher watcher, List<Event> events, long through);

    void compacted(Watcher watcher, ReadRefused why);
  }

  LaggingWatches(StateReads state) {
    this.state = state;
  }

  void add(Watcher watcher) {
    ready.add(watcher);
  }

  void remove(Watcher watcher) {
    ready.remove(watcher);
  }

  boolean isEmpty() {
    return ready.isEmpty();
  }

  /**
   * Touches the disk.
   *
   * @param position how far the others are
   */
  void turn(long position, Turn turn) throws StoreException {
    Watcher first = ready.iterator().next();
    ready.remove(first);
    if (first.next.revision() > position) {
      turn.moved(first, List.of(), position);
      return;
    }
    List<Watcher> served = new ArrayList<>();
    Set<WatchSpec> specs = new LinkedHashSet<>();
    served.add(first);
    specs.add(first.spec);
    for (Watcher other : ready) {
      boolean near = other.next.compareTo(first.next) >= 0;
      if (near && (specs.size() < SPECS_A_TURN || specs.contains(other.spec))) {
        served.add(other);
        specs.add(other.spec);
      }
    }
    ChangesChunk chunk;
    try {
      chunk = state.changes(new ChangesQuery(first.next, position,
          key -> specs.stream().anyMatch(spec -> spec.covers(key)),
          key -> specs.stream().anyMatch(spec -> spec.previous() && spec.covers(key))));
    } catch (ReadRefused why) {
      turn.compacted(first, why);
      return;
    }
    served.removeIf(watcher -> watcher.next.compareTo(chunk.next()) >= 0);
    served.forEach(ready::remove);
    for (Watcher watcher : served) {
      List<Event> events = events(watcher, chunk);
      watcher.next = chunk.next();
      turn.moved(watcher, events, chunk.next().revision() - 1);
    }
  }

  private static List<Event> events(Watcher watcher, ChangesChunk chunk) {
    List<Event> events = new ArrayList<>();
    for (ChangesChunk.Change change : chunk.changes()) {
      ChangePosition position = change.position();
      if (position.compareTo(watcher.next) >= 0 && watcher.spec.covers(change.changed().key())
          && watcher.spec.wants(change.changed())) {
        events.add(Events.of(change.changed(), watcher.spec.previous() ? change.previous() : null));
      }
    }
    return events;
  }
}
