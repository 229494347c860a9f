package io.balsa.cli;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.lock.LockInfo;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Says on standard error what keeps a program waiting for a lock, as soon as that takes longer than people like to look at
 * nothing, and again whenever it has changed. Closed when the wait is over: nothing is said from then on.
 */
final class LockWaitNotes implements AutoCloseable {
  private static final long FIRST_SECONDS = 2;
  private static final long NEXT_SECONDS = 10;

  private final Console console;
  private final BalsaClient client;
  private final LockedCommand.Wanted wanted;
  private final CountDownLatch over = new CountDownLatch(1);

  private LockWaitNotes(Console console, BalsaClient client, LockedCommand.Wanted wanted) {
    this.console = console;
    this.client = client;
    this.wanted = wanted;
  }

  /** Of a wait that begins now. */
  static LockWaitNotes begin(Console console, BalsaClient client, LockedCommand.Wanted wanted) {
    LockWaitNotes notes = new LockWaitNotes(console, client, wanted);
    Thread.ofPlatform().daemon().name("balsa-lock-wait").start(notes::run);
    return notes;
  }

  private void run() {
    String said = "";
    long wait = FIRST_SECONDS;
    try {
      while (!over.await(wait, TimeUnit.SECONDS)) {
        String text = text();
        if (!text.isEmpty() && !text.equals(said)) {
          note(text);
          said = text;
        }
        wait = NEXT_SECONDS;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does: the process ends
    }
  }

  /** Empty: nobody has it or stands in its queue, this program neither; its request is on the way. */
  private String text() {
    String begin = "balsa: waiting for " + wanted.text() + " for up to " + Durations.text(wanted.waitMost()) + ": ";
    try {
      return client.locks().describe(wanted.name()).map(lock -> begin + whoIsThere(lock)).orElse("");
    } catch (BalsaException e) {
      return begin + Failures.tell(e).getMessage();
    }
  }

  private static String whoIsThere(LockInfo lock) {
    return LockTexts.holders(lock) + (lock.holders().size() == 1 ? " holds it, " : " hold it, ") + lock.queue().size()
        + " in the queue";
  }

  private synchronized void note(String text) {
    if (over.getCount() > 0) {
      console.note(text);
    }
  }

  @Override
  public synchronized void close() {
    over.countDown();
  }
}
