package io.balsa.cli.demo;

import io.balsa.cli.Failures;
import io.balsa.client.error.BalsaException;
import java.util.concurrent.atomic.AtomicLong;

/** How operations ended: acknowledged, with an outcome that is not known, or certainly not done. Thread-safe. */
final class Tally {
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong notDone = new AtomicLong();
  private volatile String lastFailure = "";

  /** One was done. */
  void acknowledge() {
    acknowledged.incrementAndGet();
  }

  /** One ended so. */
  void failed(BalsaException failure) {
    (failure.mayHaveBeenApplied() ? unknown : notDone).incrementAndGet();
    lastFailure = Failures.tell(failure).getMessage();
  }

  long acknowledged() {
    return acknowledged.get();
  }

  long unknown() {
    return unknown.get();
  }

  long notDone() {
    return notDone.get();
  }

  /** Why one failed last; empty: none did. */
  String lastFailure() {
    return lastFailure;
  }
}
