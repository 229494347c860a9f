package io.balsa.server.watch;

import io.balsa.proto.v1.Event;
import java.util.List;

/**
 * What a watch is told at once.
 *
 * @param through every event up to this revision has been delivered with it
 * @param events  in order; those behind {@code through} are the begin of a revision that goes on
 */
public record WatchUpdate(long through, List<Event> events) {
  public WatchUpdate {
    events = List.copyOf(events);
  }

  public boolean more() {
    return !events.isEmpty() && events.getLast().getKv().getModRevision() > through;
  }
}
