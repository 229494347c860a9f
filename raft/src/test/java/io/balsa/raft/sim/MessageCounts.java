package io.balsa.raft.sim;

import io.balsa.raft.message.Message;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** How many messages of each kind a node was given. */
public final class MessageCounts {
  private final Map<String, Long> counts = new TreeMap<>();

  public MessageCounts() {
    for (Class<?> kind : Message.class.getPermittedSubclasses()) {
      counts.put(kind.getSimpleName(), 0L);
    }
  }

  public void add(Message message) {
    counts.merge(message.getClass().getSimpleName(), 1L, Long::sum);
  }

  public void addAll(MessageCounts others) {
    others.counts.forEach((kind, count) -> counts.merge(kind, count, Long::sum));
  }

  /** Of every kind that there is, also those of which there was none. */
  public Map<String, Long> all() {
    return Collections.unmodifiableMap(counts);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts.forEach((kind, count) -> text.append(kind).append(' ').append(count).append("  "));
    return text.toString();
  }
}
