package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.jepsen.cluster.NodeFiles;
import io.balsa.jepsen.cluster.Program;
import io.balsa.jepsen.cluster.Program.Run;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code balsa member}, and nodes that join and go. */
class MemberCliIT {
  private static final int REFUSED = 1;
  private static final Duration MOST = Duration.ofSeconds(90);

  @TempDir
  private Path directory;

  private Program balsa = new Program();

  private String done(String... arguments) {
    Run run = balsa.run(arguments);
    assertThat(run.status()).as(String.join(" ", arguments) + ": " + run.err()).isZero();
    return run.out();
  }

  /** Nothing on standard output; the last line or two on standard error say all of this. */
  private void refused(int status, String[] arguments, String... parts) {
    Run run = balsa.run(arguments);
    assertThat(run.status()).as(String.join(" ", arguments) + ": " + run.err()).isEqualTo(status);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("balsa: ").contains(parts).doesNotContain("\tat ");
    assertThat(run.errLines()).hasSizeLessThanOrEqualTo(3);
  }

  private static String[] words(String line) {
    return line.split(" ");
  }

  private JsonNode member(String verb, String id) throws IOException {
    for (JsonNode member : new ObjectMapper().readTree(done(words(verb + " -o json"))).get("members")) {
      if (member.get("id").asText().equals(id)) {
        return member;
      }
    }
    throw new AssertionError(id + " is not in " + verb);
  }

  @Test
  void aMemberFromItsAdditionToItsRemoval() throws IOException {
    try (RealCluster cluster = RealCluster.start(directory, 1)) {
      balsa = new Program().with("BALSA_ENDPOINTS", cluster.endpoints());
      String first = cluster.nodes().getFirst().address();
      ServerProcess node = cluster.joiner();
      // Started before it was added: it says the command that adds it, and waits.
      node.start();
      Await.until(MOST, () -> node.logText().contains("balsa member add n2 " + node.address()), node::logText);
      assertThat(done("member", "add", "n2", node.address(), "--zone", "west", "--priority", "-1"))
          .isEqualTo("balsa server --id n2 --data DIR --listen " + node.address() + " --join " + first + "\n");
      refused(REFUSED, words("member add n2 127.9.9.9:1"), "ALREADY_MEMBER", "n2");
      assertThat(done("member", "promote", "n2", "--wait")).isEqualTo("n2 is a voter\n");
      JsonNode listed = member("member list", "n2");
      assertThat(listed.get("kind").asText()).isEqualTo("voter");
      assertThat(listed.get("zone").asText()).isEqualTo("west");
      assertThat(listed.get("lag").asLong()).isNotNegative();
      assertThat(member("status", "n2").get("priority").asInt()).isEqualTo(-1);
      done("member", "set", "n2", "--zone", "east");
      assertThat(done("member", "list")).contains("east").contains("leads");
      refused(REFUSED, words("member promote n2"), "NOT_A_LEARNER", "voter already");
      done("member", "remove", "n2");
      assertThat(node.awaitEnd(MOST)).isEqualTo(1);
      assertThat(node.logText()).contains("stops: n2 with the data of incarnation", "was removed from cluster");
      refused(REFUSED, words("member remove n1"), "LAST_VOTER", "only voter");
      // Its directory is of no use any more, whatever it is started with.
      refused(REFUSED,
          words("server --id n2 --data " + node.data() + " --listen " + node.address() + " --join " + first),
          "was removed from cluster", "balsa member add");
    }
  }

  /** I3 with the setting off: the start is refused with what to do by hand, and what to do is done. */
  @Test
  void aLostLogIsReplacedByHand() throws IOException {
    try (RealCluster cluster = RealCluster.start(directory, 3, "--auto-replace", "off")) {
      balsa = new Program().with("BALSA_ENDPOINTS", cluster.endpoints());
      ServerProcess node = cluster.awaitFollower();
      node.kill();
      node.awaitEnd(MOST);
      NodeFiles.of(node).deleteLog();
      node.start();
      assertThat(node.awaitEnd(MOST)).isEqualTo(1);
      assertThat(node.logText()).contains("the log of " + node.id(), "is gone", "balsa member remove " + node.id(),
          "balsa member add " + node.id(), "--auto-replace on").doesNotContain("\tat ");
      done("member", "remove", node.id());
      ServerProcess again = cluster.joiner();
      String command = done("member", "add", again.id(), again.address());
      assertThat(command).doesNotContain(node.address());
      again.start();
      done("member", "promote", again.id(), "--wait");
      assertThat(done("member", "list")).doesNotContain(node.address());
    }
  }
}
