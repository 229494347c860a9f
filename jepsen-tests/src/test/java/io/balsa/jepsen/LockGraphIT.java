package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.client.BalsaClient;
import io.balsa.client.lock.LockGrant;
import io.balsa.jepsen.cluster.Program;
import io.balsa.jepsen.cluster.Program.Run;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.Distribution;
import io.balsa.junit.cluster.RealCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code balsa lock --graph} as people and programs see it. */
@Timeout(600)
class LockGraphIT {
  private static final int REFUSED = 1;
  private static final Duration MOST = Duration.ofMinutes(1);

  @TempDir
  private Path folder;

  /** Owners by name, and a program that locks again under its lock. */
  @Test
  void theGraphShowsWhoWaitsForWhomAndEndsWithOneWhenTheyWaitForEachOther() throws IOException {
    String program = Distribution.program().toString();
    try (RealCluster cluster = RealCluster.start(folder, 3);
        BalsaClient client = BalsaClient.connect(cluster.endpoints());
        LockGrant a = client.lock("graph/a").ownedBy("alice").acquire(MOST);
        LockGrant b = client.lock("graph/b").ownedBy("bob").acquire(MOST)) {
      Program balsa = new Program().with("BALSA_ENDPOINTS", cluster.endpoints());
      assertThat(done(balsa, "lock", "--graph", "graph/").out())
          .isEqualTo("2 locks in use, 0 requests wait, no deadlock\n");
      var bob = client.lock("graph/a").ownedBy("bob").acquireAsync();
      queued(client, "graph/a", 1);
      assertThat(done(balsa, "lock", "--graph", "graph/").out()).contains("graph/a, held exclusive by alice")
          .containsPattern("1 +bob +exclusive .* alice\n").contains("1 request waits, no deadlock");

      var alice = client.lock("graph/b").ownedBy("alice").acquireAsync(Duration.ofMinutes(2));
      queued(client, "graph/b", 1);
      Run deadlock = balsa.run("lock", "--graph");
      assertThat(deadlock.status()).isEqualTo(REFUSED);
      assertThat(deadlock.errLines()).hasSize(1);
      assertThat(deadlock.err()).contains("deadlock: alice, bob wait for each other");
      assertThat(deadlock.out()).contains("  alice waits for graph/b, which bob holds, and gives up in ")
          .contains("  bob waits for graph/a, which alice holds\n").contains("1 deadlock");
      Run document = balsa.run("lock", "--graph", "graph/", "-o", "json");
      assertThat(document.status()).isEqualTo(REFUSED);
      JsonNode graph = new ObjectMapper().readTree(document.outBytes());
      assertThat(graph.get("nodes")).hasSize(2);
      assertThat(graph.get("edges")).hasSize(2);
      assertThat(graph.get("deadlocks").get(0).get("owners")).extracting(JsonNode::asText).containsExactly("alice",
          "bob");
      assertThat(graph.get("deadlocks").get(0).get("cycle").findValuesAsText("lock")).containsExactly("graph/b",
          "graph/a");
      assertThat(graph.get("possibleDeadlocks")).isEmpty();
      assertThat(done(balsa, "lock", "--graph", "other/").out()).contains("no deadlock");
      alice.cancel(false);
      bob.cancel(false);
      a.release();
      b.release();

      try (Command.Running one = Command.start(folder, Map.of("BALSA_ENDPOINTS", cluster.endpoints()),
          List.of(program, "lock", "graph/c", "--", program, "lock", "--timeout", "1m", "graph/d", "--",
              "/bin/true"));
          LockGrant d = client.lock("graph/d").acquire(MOST)) {
        queued(client, "graph/d", 1);
        var c = client.lock("graph/c").acquireAsync();
        queued(client, "graph/c", 1);
        Run possible = done(balsa, "lock", "--graph", "graph/");
        assertThat(possible.out()).contains("possible deadlock")
            .containsPattern("[^ ]+:[0-9]+ > [^ ]+:[0-9]+ waits for")
            .contains("no deadlock, 1 possible");
        c.cancel(false);
        d.release();
        assertThat(one.await().status()).isZero();
      }
    }
  }

  private static void queued(BalsaClient client, String lock, int requests) {
    Await.until(MOST, () -> client.locks().describe(lock).map(info -> info.queue().size()).orElse(0) == requests,
        () -> "not " + requests + " wait for " + lock);
  }

  private static Run done(Program balsa, String... arguments) {
    Run run = balsa.run(arguments);
    assertThat(run.err()).as(String.join(" ", arguments)).isEmpty();
    assertThat(run.status()).as(String.join(" ", arguments)).isZero();
    return run;
  }
}
