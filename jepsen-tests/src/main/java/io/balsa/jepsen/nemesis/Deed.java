package io.balsa.jepsen.nemesis;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The thread of a fault that goes on doing something until it is undone. */
final class Deed {
  /** What the thread does until it is told to end, for which it asks. */
  @FunctionalInterface
  interface Work {
    void run(Deed deed) throws InterruptedException;
  }

  private final CountDownLatch toEnd = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable Throwable failure;

  private Deed(String name, Work work) {
    thread = new Thread(() -> run(work), name);
    thread.setDaemon(true);
  }

  static Deed start(String name, Work work) {
    Deed deed = new Deed(name, work);
    deed.thread.start();
    return deed;
  }

  /** Whatever ends the work early is told by {@link #end}; an assertion of the work is no less a failure than an exception. */
  private void run(Work work) {
    try {
      work.run(this);
    } catch (InterruptedException | RuntimeException | Error e) {
      failure = e;
    }
  }

  /** Waits, and returns whether the work goes on; at once when it does not. */
  boolean pause(Duration time) throws InterruptedException {
    return !toEnd.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Whether the work goes on. */
  boolean goesOn() {
    return toEnd.getCount() > 0;
  }

  /**
   * Tells the work to end, and waits for that.
   *
   * @throws IllegalStateException it had failed, or fails now
   */
  void end() throws InterruptedException {
    toEnd.countDown();
    finish();
  }

  /** Waits until the work has ended by itself; throws like {@link #end}. */
  void finish() throws InterruptedException {
    thread.join();
    check();
  }

  /**
   * @throws IllegalStateException the work has failed already
   */
  void check() {
    Throwable found = failure;
    if (found != null) {
      throw new IllegalStateException(thread.getName() + ": " + found.getMessage(), found);
    }
  }
}
