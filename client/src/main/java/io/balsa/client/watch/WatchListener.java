package io.balsa.client.watch;

import io.balsa.client.error.BalsaException;
import java.util.List;

/**
 * Hears of a watch. One call at a time, in order, on the client's executor for callbacks, or on threads that the client keeps for
 * watches: so a listener may block, and use the client. What it throws is logged and changes nothing. A slow one is told later and slows
 * nobody else.
 */
public interface WatchListener {
  /** All events of one revision that the watch covers, in the order in which the revision made them. */
  void onEvents(List<WatchEvent> events);

  /** Everything up to this revision was told: a watch from the next one on would continue this one. */
  default void onProgress(long revision) {}

  /** A node serves the watch, for the first time; events behind this revision follow. */
  default void onConnected(String endpoint, long revision) {}

  /** The node is lost. The watch goes on by itself, and misses nothing; until it is resumed, nothing new is heard. */
  default void onDisconnected(String endpoint, String reason) {}

  /** A node serves the watch again, behind everything that was told. */
  default void onResumed(String endpoint, long revision) {}

  /**
   * The watch is over and not because it was closed: most likely what it had still to tell was compacted ({@code COMPACTED}). Whoever
   * keeps a copy of the keys reads them anew, and watches from the revision after that read.
   */
  default void onEnd(BalsaException why) {}
}
