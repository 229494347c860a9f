package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.jepsen.cluster.Program;
import io.balsa.jepsen.cluster.Program.Run;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verbs on keys and the like do in detail, with the real program against a real cluster; {@link VerbsIT} tries each. */
class CliIT {
  private static final int REFUSED = 1;
  private static final int UNAVAILABLE = 3;

  private static RealCluster cluster;
  private static Program balsa;

  @BeforeAll
  static void startTheCluster(@TempDir Path directory) {
    cluster = RealCluster.start(directory, 3);
    balsa = new Program().with("BALSA_ENDPOINTS", cluster.endpoints());
  }

  @AfterAll
  static void stopTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Run done(String... arguments) {
    Run run = balsa.run(arguments);
    assertThat(run.err()).as(String.join(" ", arguments)).isEmpty();
    assertThat(run.status()).as(String.join(" ", arguments)).isZero();
    return run;
  }

  private static JsonNode json(String... arguments) throws IOException {
    return new ObjectMapper().readTree(done(arguments).outBytes());
  }

  /** One line on standard error, nothing on standard output. */
  private static String refused(int status, String... arguments) {
    Run run = balsa.run(arguments);
    assertThat(run.status()).as(run.err()).isEqualTo(status);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).startsWith("balsa: ").doesNotContain("Exception").doesNotContain("\tat ");
    return run.err();
  }

  private static List<String> fields(JsonNode node) {
    Iterator<String> names = node.fieldNames();
    return StreamSupport.stream(((Iterable<String>) () -> names).spliterator(), false).toList();
  }

  @Test
  void getPrintsTheValueAndNothingElse() {
    assertThat(done("put", "cli/text", "hello").out()).matches("revision [0-9]+\n");
    assertThat(done("get", "cli/text").outBytes()).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anyBytesPassThroughUntouched() {
    byte[] bytes = new byte[1024];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    Run put = balsa.runWithInput(bytes, "put", "cli/bytes", "-");
    assertThat(put.status()).as(put.err()).isZero();
    assertThat(done("get", "cli/bytes").outBytes()).isEqualTo(bytes);

    done("put", "--hex", "00ff", "binary key");
    assertThat(done("get", "--hex", "00ff").out()).isEqualTo("62696e617279206b6579");
    assertThat(done("del", "--hex", "00ff").out()).isEqualTo("1\n");
  }

  @Test
  void textIsUtf8WhateverTheLocaleIs() {
    Program posix = new Program().with("BALSA_ENDPOINTS", cluster.endpoints()).with("LC_ALL", "POSIX").with("LANG", "");
    assertThat(posix.run("put", "cli/ключ", "wörld €").status()).isZero();
    assertThat(posix.run("get", "cli/ключ").out()).isEqualTo("wörld €");
    assertThat(done("range", "cli/кл").out()).isEqualTo("cli/ключ\twörld €\n");
  }

  @Test
  void getAsJson() throws IOException {
    done("put", "cli/json", "one");
    done("put", "cli/json", "two");
    JsonNode found = json("get", "cli/json", "-o", "json");
    assertThat(fields(found)).containsExactly("key", "value", "createRevision", "modRevision", "version", "lease");
    assertThat(found.get("value").asText()).isEqualTo("two");
    assertThat(found.get("version").asLong()).isEqualTo(2);
    assertThat(found.get("modRevision").asLong()).isGreaterThan(found.get("createRevision").asLong());
    assertThat(done("get", "cli/json", "--revision", found.get("createRevision").asText()).out()).isEqualTo("one");
    assertThat(refused(REFUSED, "get", "cli/json", "--revision", "1000000000")).contains("FUTURE_REVISION");
  }

  @Test
  void compactGivesUpTheHistoryBeforeARevision() throws IOException {
    String first = done("put", "cli/history", "one").out().strip().replace("revision ", "");
    String second = done("put", "cli/history", "two").out().strip().replace("revision ", "");
    assertThat(done("compact", second).out()).isEqualTo(second + "\n");
    JsonNode again = json("compact", second, "-o", "json");
    assertThat(fields(again)).containsExactly("compactedRevision");
    assertThat(again.get("compactedRevision").asLong()).isEqualTo(Long.parseLong(second));
    assertThat(done("get", "cli/history", "--revision", second).out()).isEqualTo("two");
    assertThat(refused(REFUSED, "get", "cli/history", "--revision", first)).contains("COMPACTED", second);
    assertThat(refused(REFUSED, "compact", first)).contains("COMPACTED", second);
  }

  /** Who names one node reads there, whatever it is to the others; a bound that cannot be kept is said so. */
  @Test
  void readsAreServedByTheNodeThatIsNamed() throws IOException {
    done("put", "cli/anywhere", "here");
    long revision = json("get", "cli/anywhere", "-o", "json").get("modRevision").asLong();
    for (ServerProcess node : cluster.nodes()) {
      String one = node.address();
      assertThat(done("get", "cli/anywhere", "--endpoints", one).out()).isEqualTo("here");
      assertThat(done("get", "cli/anywhere", "--endpoints", one, "--consistency", "stale=2s", "--min-revision",
          Long.toString(revision)).out()).isEqualTo("here");
      assertThat(done("range", "cli/anywhere", "--endpoints", one, "--consistency", "stale=1h").out())
          .isEqualTo("cli/anywhere\there\n");
    }
    assertThat(refused(UNAVAILABLE, "get", "cli/anywhere", "--consistency", "stale=1h", "--min-revision", "1000000000"))
        .contains("min_revision is 1000000000");
    // What bench loads for its gets is written a moment before: a read that may be stale might not find it, unless it was there.
    done("bench", "put", "--keys", "10", "--warmup", "0", "--seconds", "1");
    Run bench = balsa.run("bench", "get", "--api", "unary", "--read-from", "any", "--consistency", "stale=1s", "--keys",
        "10", "--warmup", "0", "--seconds", "1", "-o", "json");
    assertThat(bench.status()).as(bench.err()).isZero();
  }

  @Test
  void rangeAndDel() throws IOException {
    for (String key : List.of("a", "b", "c")) {
      done("put", "cli/range/" + key, key + "\t\n\\");
    }
    assertThat(done("range", "cli/range/").out().lines().toList())
        .containsExactly("cli/range/a\ta\\t\\n\\\\", "cli/range/b\tb\\t\\n\\\\", "cli/range/c\tc\\t\\n\\\\");
    assertThat(done("range", "cli/range/", "--limit", "1", "--reverse", "--keys-only").out())
        .isEqualTo("cli/range/c\n");
    assertThat(done("range", "cli/range/", "--count").out()).isEqualTo("3\n");
    JsonNode rows = json("range", "cli/range/", "-o", "json");
    assertThat(fields(rows)).containsExactly("revision", "keyValues");
    assertThat(rows.get("keyValues")).hasSize(3);
    assertThat(rows.get("keyValues").get(2).get("value").asText()).isEqualTo("c\t\n\\");

    assertThat(done("del", "cli/range/b").out()).isEqualTo("1\n");
    assertThat(json("del", "cli/range/", "--prefix", "-o", "json").get("deleted").asLong()).isEqualTo(2);
    Run nothing = balsa.run("del", "cli/range/b");
    assertThat(nothing.status()).isEqualTo(REFUSED);
    assertThat(nothing.out()).isEqualTo("0\n");
    assertThat(nothing.errLines()).hasSize(1);
    assertThat(done("range", "cli/range/").out()).isEmpty();
  }

  @Test
  void incrCountsAndRefusesWhatIsNoNumber() throws IOException {
    assertThat(done("incr", "cli/n").out()).isEqualTo("1\n");
    assertThat(done("incr", "cli/n", "41").out()).isEqualTo("42\n");
    assertThat(done("incr", "cli/n", "-2").out()).isEqualTo("40\n");
    assertThat(json("incr", "cli/n", "-o", "json").get("value").asLong()).isEqualTo(41);
    assertThat(done("get", "cli/n").out()).isEqualTo("41");
    assertThat(refused(REFUSED, "incr", "cli/n", "--max", "41")).contains("OVER_MAX");
    assertThat(refused(REFUSED, "incr", "cli/n", Long.toString(Long.MAX_VALUE))).contains("OVERFLOW");

    done("put", "cli/word", "many");
    assertThat(refused(REFUSED, "incr", "cli/word")).contains("NOT_A_NUMBER");
    assertThat(done("get", "cli/word").out()).isEqualTo("many");
    assertThat(done("get", "cli/n").out()).isEqualTo("41");
  }

  @Test
  void aValueAtTheLimitIsKept() {
    assertThat(balsa.runWithInput(new byte[1 << 20], "put", "cli/large", "-").status()).isZero();
    assertThat(done("get", "cli/large").outBytes()).hasSize(1 << 20);
  }

  @Test
  void statusShowsEveryMember() throws IOException {
    JsonNode members = json("status", "-o", "json").get("members");
    assertThat(members).hasSize(3);
    for (JsonNode member : members) {
      assertThat(fields(member)).startsWith("id", "address", "role", "term", "leaderId", "revision", "commitIndex",
          "appliedIndex", "pid", "version", "kind", "zone", "priority", "healthy");
      assertThat(member.get("healthy").asBoolean()).isTrue();
      assertThat(member.get("pid").asLong()).isEqualTo(cluster.node(member.get("id").asText()).pid());
    }
    assertThat(done("status").out().lines()).hasSize(4);
    // One endpoint is enough to find the others.
    assertThat(json("status", "-o", "json", "--endpoints", cluster.nodes().get(1).address()).get("members")).hasSize(3);
    JsonNode hashed = json("status", "--hash", "-o", "json").get("members");
    assertThat(hashed.findValuesAsText("stateHash")).hasSize(3);
    assertThat(hashed.findValuesAsText("stateHash").stream().distinct()).hasSize(1);
  }

  @Test
  void aBenchWithARateMakesSoManyOperations() throws IOException {
    Run paced = balsa.run("bench", "put", "--api", "unary", "--rate", "100", "--warmup", "0", "--seconds", "1", "-o",
        "json");
    assertThat(paced.status()).as(paced.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(paced.outBytes());
    assertThat(report.get("operations").asLong()).isEqualTo(100);
    assertThat(report.get("errors").asLong()).isZero();
    assertThat(fields(report.get("latencyMicros"))).containsExactly("mean", "p50", "p99", "p999", "max");
  }
}
