package io.balsa.cli;

import io.balsa.cli.child.Child;
import io.balsa.cli.child.Signals;
import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.error.DeadlineExceededException;
import io.balsa.client.error.LockNotObtainedException;
import io.balsa.client.lock.DistributedLock;
import io.balsa.client.lock.LockGrant;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs while a lock is held. The lock is released when the command has ended, and the command ended when the lock
 * is lost. Signals that ask this program to end are the command's to decide about: it gets them, and the lock is held until
 * it has ended; while the lock is still waited for they end this program, which withdraws its request.
 */
final class LockedCommand {
  /** Names the owner to programs that the command starts: one that locks, too, says under whose lock it runs. */
  static final String OWNER = "BALSA_LOCK_OWNER";

  /** Of a call to the cluster, where nobody asked for less. */
  private static final Duration CALL = Duration.ofSeconds(5);
  /** A cluster that is well answers within; asking for less is asking whether the lock is free. */
  private static final Duration CALL_LEAST = Duration.ofSeconds(1);

  private final Console console;
  private final List<String> endpoints;
  private final Wanted wanted;
  private final List<String> command;
  private final CompletableFuture<String> lost = new CompletableFuture<>();
  /** Guarded by this; null: not started yet. */
  private @Nullable Child child;
  /** Guarded by this: the command is not to be started any more. */
  private boolean ending;

  /**
   * The lock.
   *
   * @param name of it
   * @param owner as others see it
   * @param permits nothing: exclusive; 0: shared by any number
   * @param waitMost how long to wait for it; zero: not at all
   * @param ttl how long it outlives this program
   * @param grace what the command has to end in order when the lock is lost
   */
  record Wanted(String name, String owner, Optional<Integer> permits, Duration waitMost, Duration ttl, Duration grace) {
    String text() {
      return "the lock '" + name + "'";
    }
  }

  /** Describes it; starts nothing. */
  LockedCommand(Console console, List<String> endpoints, Wanted wanted, List<String> command) {
    this.console = console;
    this.endpoints = endpoints;
    this.wanted = wanted;
    this.command = command;
  }

  /** Runs it to its end and returns what to end with. */
  int run() throws InterruptedException {
    try (BalsaClient client = BalsaClient.builder().endpoints(endpoints).sessionTtl(wanted.ttl()).timeout(callTimeout())
        .build()) {
      // Closing ends the session, and with it the request in the queue: nobody waits for a program that is gone.
      Runtime.getRuntime().addShutdownHook(new Thread(client::close, "balsa-lock-close"));
      Signals.handle(this::signalled);
      LockGrant grant = acquire(client);
      grant.onLost(lost::complete);
      Child running = start(grant);
      CompletableFuture<Integer> ended = running.ended();
      CompletableFuture.anyOf(ended, lost).join();
      if (lost.isDone() || !grant.isHeld()) {
        running.end(wanted.grace());
        throw VerbFailure.ended(ExitStatus.LOCK_LOST, wanted.text() + " was lost"
            + (lost.isDone() ? ": " + Failures.oneLine(lost.join()) : "") + "; its command was ended");
      }
      running.endLeft(wanted.grace()); // nothing of it goes on without the lock because it was told to end
      release(grant);
      return ended.join();
    }
  }

  /** Who waits two seconds for the lock waits no longer for a cluster that is not there. */
  private Duration callTimeout() {
    Duration most = wanted.waitMost();
    if (most.isZero() || most.compareTo(CALL) > 0) {
      return CALL;
    }
    return most.compareTo(CALL_LEAST) < 0 ? CALL_LEAST : most;
  }

  private LockGrant acquire(BalsaClient client) throws InterruptedException {
    try (LockWaitNotes notes = LockWaitNotes.begin(console, client, wanted)) {
      DistributedLock lock = client.lock(wanted.name()).ownedBy(wanted.owner());
      if (wanted.permits().isPresent()) {
        int permits = wanted.permits().get();
        lock = permits == 0 ? lock.shared() : lock.shared(permits);
      }
      return wanted.waitMost().isZero()
          ? lock.tryAcquire()
              .orElseThrow(() -> notObtained("others hold it; 'balsa lock --describe " + wanted.name() + "' shows who"))
          : lock.acquire(wanted.waitMost());
    } catch (BalsaException e) {
      stayIfEnding();
      throw notObtained(e instanceof LockNotObtainedException && !e.mayHaveBeenApplied()
          && e.reason().equals("LOCK_NOT_OBTAINED")
              ? "it did not come free within " + Durations.text(wanted.waitMost()) + "; 'balsa lock --describe "
                  + wanted.name() + "' shows who holds it"
              : Failures.tell(e).getMessage());
    }
  }

  /** A signal ends this program: nothing more is to be said or begun. */
  private synchronized void stayIfEnding() throws InterruptedException {
    while (ending) {
      wait();
    }
  }

  private VerbFailure notObtained(String why) {
    return VerbFailure.ended(ExitStatus.LOCK_NOT_OBTAINED, wanted.text() + " was not obtained: " + why);
  }

  private synchronized Child start(LockGrant grant) throws InterruptedException {
    stayIfEnding();
    // This program may have stood still since the lock was granted.
    if (!grant.isHeld()) {
      throw VerbFailure.ended(ExitStatus.LOCK_LOST, wanted.text() + " was lost before its command was started");
    }
    try {
      Child started = Child.start(command, Map.of("BALSA_LOCK_NAME", wanted.name(), "BALSA_LOCK_TOKEN",
          Long.toString(grant.token()), OWNER, wanted.owner(), "BALSA_ENDPOINTS", String.join(",", endpoints)));
      child = started;
      return started;
    } catch (IOException e) {
      release(grant);
      throw VerbFailure.ended(ExitStatus.COMMAND_NOT_STARTED, "cannot run '" + command.getFirst() + "': "
          + reason(e));
    }
  }

  /** What the system says, without what the JDK says around it, which differs from version to version. */
  private static String reason(IOException failure) {
    return Failures.oneLine(failure.getMessage()).replaceAll(".*error=[0-9]+, ", "")
        .replaceAll(".*error: [0-9]+ \\((.*)\\)", "$1");
  }

  /** The command has done its work, whatever becomes of this: a new leader is waited for, however short the wait for the lock. */
  private void release(LockGrant grant) {
    long begin = System.nanoTime();
    while (true) {
      try {
        grant.release();
        return;
      } catch (BalsaException e) {
        if (!(e instanceof DeadlineExceededException) || System.nanoTime() - begin >= CALL.toNanos()) {
          console.note("balsa: " + wanted.text() + " could not be released and is free when its session ends (--ttl "
              + Durations.text(wanted.ttl()) + ", unless the cluster allows less or more): "
              + Failures.tell(e).getMessage());
          return;
        }
      }
    }
  }

  /** On a thread of the JVM. */
  private void signalled(int number) {
    synchronized (this) {
      if (child != null) {
        // A terminal sends SIGINT to the command as well, which may live on: an editor, a shell.
        if (number != Signals.INT || !Console.inIsTerminal()) {
          child.terminate();
        }
        return;
      }
      ending = true;
    }
    System.exit(ExitStatus.SIGNAL + number);
  }
}
