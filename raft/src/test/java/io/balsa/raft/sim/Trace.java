package io.balsa.raft.sim;

import io.balsa.raft.message.Message;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What happened, as a hash of everything and as text of the last events. Every delivered message, every call at a port, every
 * reply and every fault goes in, with all that it holds. Text is made only when it is asked for.
 */
public final class Trace {
  private static final int LAST_EVENTS = 60;
  /** A message may hold many events; a replay tells all of it. */
  private static final int LINE_MOST = 400;

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

    String shortText() {
      String text = toString();
      return text.length() <= LINE_MOST ? text : text.substring(0, LINE_MOST) + "...";
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
    add(who, what, message, ContentHash.of(message));
  }

  /** Into the hash only: what would fill the last events and tell little there. */
  public void cover(long content) {
    mix(content);
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
      lines.add(ring[(int) (i % LAST_EVENTS)].shortText());
    }
    return lines;
  }

  private void mix(long value) {
    hash = Long.rotateLeft((hash ^ value) * 0x9E3779B97F4A7C15L, 29);
  }
}
