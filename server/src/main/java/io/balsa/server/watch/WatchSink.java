package io.balsa.server.watch;

import io.balsa.storage.mvcc.ReadRefused;

/** Where a watch's updates go. Called by the hub, one call at a time; returns at once. After an end nothing more comes. */
public interface WatchSink {
  /** Why a node gives up its watches. */
  enum Why {
    /** It could learn from none for so long how far the others are, that what it tells may be old. */
    NO_LEADER,
    /** It is about to end. */
    STOPPING
  }

  /** The next one comes when this one was taken: {@link Watcher#ready}. */
  void send(WatchUpdate update);

  /** What it still had to be told was compacted. */
  void compacted(ReadRefused why);

  /** This node tells it nothing more: others may. */
  void left(Why why);

  /** Runs a task of the hub later, on any thread. */
  void later(Runnable task, long delayNanos);
}
