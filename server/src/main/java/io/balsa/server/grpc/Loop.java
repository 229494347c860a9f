package io.balsa.server.grpc;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * One thread that runs what it is given in order, now or later: an event loop. What belongs to a stream is confined to its
 * loop and needs no lock.
 */
public interface Loop extends Executor {
  /** Runs a task after a delay, on this loop. */
  void schedule(Runnable task, long delay, TimeUnit unit);
}
