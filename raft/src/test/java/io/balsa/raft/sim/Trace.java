package io.balsa.raft.sim;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadIndex;
import io.balsa.raft.message.ReadIndexReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.SnapshotRefused;
import io.balsa.raft.message.TimeoutNow;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What happened, as a hash of everything and as text of the last events. Every delivered message, every call at a port, every
 * reply and every fault goes in. Text is made only when it is asked for.
 */
public final class Trace {
  private static final int LAST_EVENTS = 60;

  private final Timeline timeline;
  private final @Nullable PrintStream live;
  private final Line[] ring = new Line[LAST_EVENTS];
  private long count;
  private long hash = 0x6A09E667F3BCC908L;

  private record Line(long time, String who, String what, Object detail) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%14.6f ms  %-10s %-16s %s", time / 1e6, who, what, detail);
    }
  }

  /** @param live where every line goes at once, or null */
  public Trace(Timeline timeline, @Nullable PrintStream live) {
    this.timeline = timeline;
    this.live = live;
  }

  /** @param detail immutable; its hash code must be the same in every run, as that of strings, numbers and LogId is */
  public void add(String who, String what, Object detail) {
    add(who, what, detail, detail.hashCode());
  }

  public void add(String who, String what, Object detail, long detailHash) {
    Line line = new Line(timeline.now(), who, what, detail);
    ring[(int) (count++ % LAST_EVENTS)] = line;
    mix(line.time);
    mix(((long) who.hashCode() << 32) ^ what.hashCode());
    mix(detailHash);
    if (live != null) {
      live.println(line);
    }
  }

  public void message(String who, String what, Message message) {
    add(who, what, message, hashOf(message));
  }

  public long hash() {
    return hash;
  }

  public long count() {
    return count;
  }

  public List<String> lastEvents() {
    List<String> lines = new ArrayList<>();
    for (long i = Math.max(0, count - LAST_EVENTS); i < count; i++) {
      lines.add(ring[(int) (i % LAST_EVENTS)].toString());
    }
    return lines;
  }

  private void mix(long value) {
    hash = Long.rotateLeft((hash ^ value) * 0x9E3779B97F4A7C15L, 29);
  }

  // Enum and object hashes differ from one JVM to the next, so the parts are taken one by one.
  private static long hashOf(Message message) {
    long h = switch (message) {
      case RequestVote m -> hashOf(1, m.last()) * 31 + (m.transfer() ? 1 : 0);
      case RequestVoteReply m -> m.granted() ? 2 : 3;
      case PreVote m -> hashOf(4, m.last());
      case PreVoteReply m -> m.granted() ? 5 : 6;
      case AppendEntries m -> hashOf(m);
      case AppendEntriesAccepted m -> m.matchIndex() * 31 + 8;
      case AppendEntriesRejected m -> hashOf(9, m.hint()) * 31 + m.prevIndex();
      case Heartbeat m -> (m.round() * 31 + m.commitIndex()) * 31 + 10;
      case HeartbeatReply m -> (m.round() * 31 + m.lastIndex()) * 31 + 11;
      case TimeoutNow m -> 12;
      case InstallSnapshot m -> (hashOf(13, m.snapshot().lastIncluded()) * 31 + m.offset()) * 31 + m.snapshot().id();
      case InstallSnapshotReply m -> (m.snapshotId() * 31 + m.nextOffset()) * 31 + (m.installed() ? 15 : 14);
      case SnapshotRefused m -> m.snapshotId() * 31 + 16;
      case ReadIndex m -> (m.boot() * 31 + m.read()) * 31 + 17;
      case ReadIndexReply m -> ((m.boot() * 31 + m.read()) * 31 + m.readIndex()) * 31 + 18;
    };
    return h * 1_000_003 + message.term();
  }

  private static long hashOf(AppendEntries m) {
    long h = hashOf(7, m.prev()) * 31 + m.commitIndex();
    for (Entry entry : m.entries()) {
      h = h * 1_000_003 + hashOf(entry);
    }
    return h;
  }

  static long hashOf(Entry entry) {
    long h = hashOf(entry.type().code(), entry.id());
    return (h * 31 + entry.stampNanos()) * 31 + entry.payload().hashCode();
  }

  private static long hashOf(long kind, LogId id) {
    return (kind * 1_000_003 + id.term()) * 1_000_003 + id.index();
  }
}
