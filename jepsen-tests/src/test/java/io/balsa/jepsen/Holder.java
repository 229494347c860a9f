package io.balsa.jepsen;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.PutOption;
import io.balsa.client.lock.LockGrant;
import io.balsa.client.recipe.Leadership;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that holds a lock, leads, has a permit and holds a barrier, each of the name "reports" with its kind behind it, and writes
 * fenced all the time. When a write is refused it says what has become of what it held, and ends with 0. Run in a JVM of its own, to be
 * stood still and killed.
 */
final class Holder {
  private static final long WRITE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private Holder() {}

  static Command.Running start(Path directory, String endpoints, Duration ttl) {
    String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Command.start(directory, Map.of(),
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
            Holder.class.getName(), endpoints, Long.toString(ttl.toMillis())));
  }

  public static void main(String[] args) throws Exception {
    try (BalsaClient client = BalsaClient.builder().endpoints(args[0])
        .sessionTtl(Duration.ofMillis(Long.parseLong(args[1]))).build()) {
      LockGrant grant = client.lock("reports/lock").acquire();
      Leadership leads = client.election("reports/election").campaign("first");
      LockGrant permit = client.semaphore("reports/semaphore", 1).acquire();
      LockGrant barrier = client.barrier("reports/barrier").hold();
      List<CompletableFuture<String>> losses = new ArrayList<>();
      for (LockGrant held : List.of(grant, leads.grant(), permit, barrier)) {
        CompletableFuture<String> lost = new CompletableFuture<>();
        held.onLost(lost::complete);
        losses.add(lost);
      }
      say("holds " + grant.token());
      say("refused: " + writeUntilRefused(client, grant));
      say("held: " + grant.isHeld() + " " + leads.isLeader() + " " + permit.isHeld() + " " + barrier.isHeld());
      try {
        leads.proclaim("first again");
        say("proclaimed");
      } catch (BalsaException e) {
        say("proclamation refused: " + e.reason());
      }
      for (CompletableFuture<String> lost : losses) {
        say("lost: " + lost.get(30, TimeUnit.SECONDS));
      }
    }
  }

  private static String writeUntilRefused(BalsaClient client, LockGrant grant) {
    for (int i = 0;; i++) {
      try {
        client.kv().put("reports/data", "first " + i, PutOption.fencedBy(grant));
      } catch (BalsaException e) {
        if (!e.mayHaveBeenApplied()) {
          return e.reason();
        }
      }
      LockSupport.parkNanos(WRITE_EVERY_NANOS);
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
