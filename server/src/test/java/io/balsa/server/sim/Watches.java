package io.balsa.server.sim;

import com.google.protobuf.ByteString;
import io.balsa.client.error.Errors;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.Violation;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.mvcc.ChangePosition;
import io.balsa.storage.mvcc.ChangedKey;
import io.balsa.storage.mvcc.ChangesChunk;
import io.balsa.storage.mvcc.ChangesQuery;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.sim.KvState;
import io.balsa.storage.state.StateReads;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Watches of every key (R3). Each revision changes a key at least, so such a watch is told of every revision, one after the other,
 * and every watch is told the same of each: what the first said of it, and what the states hold at the end. Those that want the version
 * before are told it, except at a revision that somebody asked to compact to.
 */
final class Watches implements Usage {
  private static final long MILLIS = 1_000_000;
  /** The revision of a store that nothing was written to. */
  private static final long EMPTY = 1;
  private static final ByteString ALL = ByteString.copyFrom(new byte[1]);

  private final Tally tally;
  private final Floors floors;
  private final Map<SimSdk, Watch> watches = new LinkedHashMap<>();
  /** What each revision did, as was told first. */
  private final TreeMap<Long, List<String>> history = new TreeMap<>();
  private int told;

  Watches(Tally tally, Floors floors) {
    this.tally = tally;
    this.floors = floors;
  }

  @Override
  public void use(SimSdk client) {
    Watch watch = watches.get(client);
    if (watch == null || watch.sim.isOver()) {
      watches.put(client, new Watch(client));
    } else if (client.random().chance(0.1)) {
      watch.sim.close();
    } else {
      watch.busyNanos = client.random().chance(0.3) ? client.random().exponential(2_000 * MILLIS) : MILLIS;
    }
  }

  @Override
  public void ended(SimSdk client) {
    watches.remove(client);
  }

  private long newest() {
    return history.isEmpty() ? EMPTY : history.lastKey();
  }

  /** One watch, and what it must be told. */
  private final class Watch implements SimWatch.Listener {
    private final SimSdk client;
    private final SimWatch sim;
    private final boolean previous;
    private final long toldToOthers = newest();
    private final Map<ByteString, KeyValue> values = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    private long start;
    private long busyNanos = MILLIS;
    /** The last revision that it was told of; 0: none yet. */
    private long last;

    Watch(SimSdk client) {
      this.client = client;
      this.previous = client.random().chance(0.3);
      this.start = switch (client.random().between(0, 3)) {
        case 0, 1 -> 0;
        case 2 -> Math.max(1, toldToOthers - client.random().between(0, 200));
        default -> toldToOthers + client.random().between(1, 30);
      };
      this.sim = new SimWatch(client, WatchRequest.newBuilder().setPrevKv(previous).setStartRevision(start)
          .setRange(KeyRange.newBuilder().setStart(ALL).setEnd(ALL)).build(), this);
    }

    @Override
    public void connected(long revision, boolean resumed) {
      tally.add(resumed ? "WATCH_RESUMED" : "WATCH");
      if (start == 0) {
        if (revision < toldToOthers) {
          throw violated("begins now, at " + revision + ", and " + toldToOthers + " was seen before");
        }
        start = revision + 1;
      }
      last = Math.max(last, Math.max(EMPTY, start - 1));
    }

    @Override
    public void events(List<Event> events) {
      int from = 0;
      for (int i = 1; i <= events.size(); i++) {
        if (i == events.size() || Watches.revision(events.get(i)) != Watches.revision(events.get(from))) {
          whole(events.subList(from, i));
          from = i;
        }
      }
    }

    private void whole(List<Event> events) {
      long revision = Watches.revision(events.getFirst());
      if (revision != last + 1) {
        throw violated("is told of revision " + revision + " behind " + last);
      }
      last = revision;
      told++;
      tally.add("WATCHED_REVISION");
      List<String> texts = events.stream().map(Watches::text).toList();
      List<String> first = history.putIfAbsent(revision, texts);
      if (first != null && !first.equals(texts)) {
        throw violated("is told of revision " + revision + " " + texts + ", and before it was " + first);
      }
      events.forEach(this::key);
    }

    private void key(Event event) {
      KeyValue before = values.get(event.getKv().getKey());
      boolean replaces = event.getType() == Event.Type.DELETE || event.getKv().getVersion() > 1;
      boolean mayBeCompacted = floors.mayBe(Watches.revision(event));
      if (previous && (event.hasPrevKv() ? !replaces : replaces && !mayBeCompacted)) {
        throw violated("is told " + text(event) + ", and what was before it: " + event.getPrevKv());
      }
      if (before != null && event.hasPrevKv() && !event.getPrevKv().equals(before)) {
        throw violated("is told that " + text(event) + " was " + event.getPrevKv() + ", and it was " + before);
      }
      if (event.hasPrevKv() && (!previous || event.getPrevKv().getModRevision() >= Watches.revision(event))) {
        throw violated("is told " + event);
      }
      if (event.getType() == Event.Type.DELETE) {
        values.remove(event.getKv().getKey());
      } else {
        values.put(event.getKv().getKey(), event.getKv());
      }
    }

    @Override
    public void ended(Error why) {
      tally.add("WATCH_ENDED_" + why.getReason());
      long compacted = why.getDetailsList().stream().filter(detail -> detail.getKey().equals("compacted_revision"))
          .mapToLong(detail -> Long.parseLong(detail.getValue())).findFirst().orElse(0);
      if (!why.getReason().equals(Errors.COMPACTED) || compacted <= sim.through() + 1) {
        throw violated("has told everything up to " + sim.through() + " and ends: " + why);
      }
    }

    @Override
    public long busyNanos() {
      return busyNanos;
    }

    private Violation violated(String what) {
      return new Violation("WatchCompleteness", "the watch of " + client.name() + " from " + start + " " + what);
    }
  }

  private static long revision(Event event) {
    return event.getKv().getModRevision();
  }

  private static String text(Event event) {
    String key = event.getKv().getKey().toStringUtf8();
    return event.getType() == Event.Type.DELETE ? "-" + key
        : "+" + key + " " + event.getKv().getVersion() + " " + event.getKv().getValue().hashCode();
  }

  private static String text(ChangedKey changed) {
    ByteString value = changed.state().value();
    return changed.isDelete() || value == null ? "-" + changed.key().toStringUtf8()
        : "+" + changed.key().toStringUtf8() + " " + changed.state().version() + " " + value.hashCode();
  }

  /** Whether every watch has been told everything that these nodes hold. */
  @Override
  public boolean isSettled(List<SimNode<Result>> core) {
    long revision = reads(core).revision();
    return watches.values().stream().allMatch(watch -> watch.sim.isOver() || watch.sim.through() >= revision);
  }

  private static StateReads reads(List<SimNode<Result>> core) {
    return ((KvState) core.get(0).state()).machine().reads();
  }

  @Override
  public void check(List<SimNode<Result>> core) {
    StateReads reads = reads(core);
    for (Watch watch : watches.values()) {
      if (!watch.sim.isOver() && watch.sim.through() < reads.revision()) {
        throw watch
            .violated("was told everything up to " + watch.sim.through() + ", and long after all is well there is "
                + reads.revision());
      }
    }
    Map<Long, List<String>> stored = new TreeMap<>();
    ChangePosition next = ChangePosition.before(Math.max(1, reads.compactedRevision()));
    try {
      while (next.revision() <= reads.revision()) {
        ChangesChunk chunk = reads.changes(new ChangesQuery(next, reads.revision(), key -> true, key -> false));
        chunk.changes().forEach(change -> stored
            .computeIfAbsent(change.changed().revision(), unused -> new ArrayList<>()).add(text(change.changed())));
        next = chunk.next();
      }
    } catch (ReadRefused | StoreException e) {
      throw new IllegalStateException(e);
    }
    stored.forEach((revision, texts) -> {
      if (!history.getOrDefault(revision, texts).equals(texts)) {
        throw new Violation("WatchCompleteness",
            "watches were told of revision " + revision + " " + history.get(revision) + ", and it is " + texts);
      }
    });
    if (newest() > reads.revision()) {
      throw new Violation("WatchCompleteness", "watches were told of revision " + newest() + ", and there is none");
    }
  }

  @Override
  public int operations() {
    return told;
  }

  @Override
  public int unknown() {
    return 0;
  }
}
