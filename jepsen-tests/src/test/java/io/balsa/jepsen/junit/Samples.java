package io.balsa.jepsen.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.BalsaClient;
import io.balsa.client.kv.KeyRange;
import io.balsa.junit.BalsaCluster;
import io.balsa.junit.OfCluster;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Classes as users write them. {@link BalsaClusterIT} runs them; nobody else does, for they are nested. */
final class Samples {
  /** Every node that a sample saw, for those who look afterwards what became of it. */
  static final Queue<ServerProcess> NODES = new ConcurrentLinkedQueue<>();

  private Samples() {}

  static void saw(RealCluster cluster) {
    assertThat(cluster.nodes()).allSatisfy(node -> assertThat(node.isAlive()).isTrue());
    cluster.nodes().stream().filter(node -> !NODES.contains(node)).forEach(NODES::add);
  }

  static void assertAllAreReady(RealCluster cluster) {
    assertThat(cluster.nodes()).hasSize(3)
        .allSatisfy(node -> assertThat(cluster.status(node).orElseThrow().ready()).as("%s", node.id()).isTrue());
  }

  /** One cluster for all, also for the nested class, through the death of its leader. */
  @BalsaCluster
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class OneForTheClass {
    @OfCluster
    private static BalsaClient clientOfTheClass;
    @OfCluster
    private BalsaClient clientOfTheTest;
    private final BalsaClient clientOfTheConstructor;
    private final RealCluster cluster;
    private static BalsaClient clientOfTheTestBefore;

    OneForTheClass(BalsaClient client, RealCluster cluster) {
      this.clientOfTheConstructor = client;
      this.cluster = cluster;
    }

    @BeforeAll
    static void fill(BalsaClient client) {
      assertThat(client).isSameAs(clientOfTheClass);
      client.kv().put("of the class", "here");
    }

    @BeforeEach
    void look(BalsaClient client, RealCluster injected) {
      assertThat(client).isSameAs(clientOfTheTest).isNotSameAs(clientOfTheClass);
      assertThat(clientOfTheConstructor).isSameAs(clientOfTheClass);
      assertThat(injected).isSameAs(cluster);
      assertThat(client.kv().get("of the class").orElseThrow().utf8()).isEqualTo("here");
      saw(cluster);
    }

    @Test
    @Order(1)
    void writesGoOnWhenTheLeaderDies(BalsaClient client) {
      ServerProcess leader = cluster.awaitLeader();
      assertThat(client.counter("writes").increment()).isEqualTo(1);
      leader.kill();
      assertThat(client.counter("writes").increment()).isEqualTo(2);
      assertThat(cluster.awaitLeader()).isNotEqualTo(leader);
      client.lock("held to the end").acquire();
      clientOfTheTestBefore = client;
    }

    @Test
    @Order(2)
    void theNextTestHasAllNodesAndAllKeysAndAClientOfItsOwn(BalsaClient client) {
      assertThat(client).isNotSameAs(clientOfTheTestBefore);
      assertThat(client.counter("writes").get()).isEqualTo(2);
      client.lock("held to the end").acquire(Duration.ofSeconds(5));
      assertAllAreReady(cluster);
      ServerProcess follower = cluster.awaitFollower();
      long pid = follower.pid();
      follower.restart();
      cluster.awaitReady();
      assertThat(follower.pid()).isNotEqualTo(pid);
      cluster.awaitFollower().pause();
    }

    @Nested
    class Within {
      @Test
      void itIsTheSame(RealCluster injected, BalsaClient client) {
        assertThat(injected).isSameAs(cluster);
        assertThat(client).isSameAs(clientOfTheTest);
        assertThat(client.counter("writes").get()).isEqualTo(2);
        assertAllAreReady(cluster);
      }
    }
  }

  /** A cluster for each, or none. */
  static class OneForAMethod {
    @OfCluster
    private RealCluster cluster;

    @BeforeEach
    void look() {
      saw(cluster);
    }

    @RepeatedTest(2)
    @BalsaCluster(nodes = 1, flags = {"--zone", "west"})
    void nothingIsLeftFromBefore(BalsaClient client) {
      assertThat(client.counter("tests").increment()).isEqualTo(1);
      assertThat(client.cluster().members().get(0).zone()).isEqualTo("west");
    }
  }

  @BalsaCluster(nodes = 1)
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class OneInstance {
    @OfCluster
    private BalsaClient field;
    private final BalsaClient parameter;
    private final RealCluster cluster;

    OneInstance(BalsaClient client, RealCluster cluster) {
      this.parameter = client;
      this.cluster = cluster;
    }

    @BeforeAll
    void fill() {
      assertThat(field).isSameAs(parameter);
      CompletableFuture.allOf(IntStream.range(0, 2500).mapToObj(i -> field.kv().putAsync("key/" + i, "value"))
          .toArray(CompletableFuture[]::new)).join();
      saw(cluster);
    }

    @Test
    @Order(1)
    void theFieldIsSetAnew(BalsaClient client) {
      assertThat(field).isSameAs(client).isNotSameAs(parameter);
      assertThat(client.kv().get("key/2499")).isPresent();
    }

    @Test
    @Order(2)
    void clearDeletesEveryKey(BalsaClient client) {
      assertThat(parameter.kv().count(KeyRange.all())).isEqualTo(2500);
      cluster.clear();
      assertThat(client.kv().count(KeyRange.all())).isZero();
    }

    @Test
    @BalsaCluster(nodes = 1)
    void theMethodsOwnGoesBeforeThatOfTheClass(RealCluster injected, BalsaClient client) {
      saw(injected);
      assertThat(injected).isNotSameAs(cluster);
      assertThat(field).isSameAs(client);
      assertThat(client.kv().count(KeyRange.all())).isZero();
    }
  }

  @BalsaCluster(nodes = 1)
  static class OneFails {
    @Test
    void passes(RealCluster cluster) {
      saw(cluster);
    }

    @Test
    void doesNotApply(RealCluster cluster) {
      saw(cluster);
      Assumptions.abort("for a reason");
    }

    @Test
    void fails(BalsaClient client) {
      assertThat(client.counter("sold").increment()).as("sold").isEqualTo(2);
    }
  }

  static class OneOfTwoMethodsFails {
    @Test
    @BalsaCluster(nodes = 1)
    void passes(RealCluster cluster) {
      saw(cluster);
    }

    @Test
    @BalsaCluster(nodes = 1)
    void fails(RealCluster cluster) {
      saw(cluster);
      throw new IllegalStateException("it did");
    }
  }

  @BalsaCluster(nodes = 1)
  static class ADynamicTestFails {
    @TestFactory
    List<DynamicTest> tests(RealCluster cluster) {
      saw(cluster);
      return List.of(DynamicTest.dynamicTest("fails", () -> {
        throw new IllegalStateException("it did");
      }));
    }
  }

  @BalsaCluster(nodes = 1)
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class TheConstructorFails {
    TheConstructorFails(RealCluster cluster) {
      saw(cluster);
      throw new IllegalStateException("it did");
    }

    @Test
    void test() {}
  }

  @BalsaCluster(nodes = 1, flags = "--no-such-flag")
  static class ItDoesNotStart {
    @Test
    void test() {}
  }

  /** As if the server had crashed: nobody told it to end. */
  @BalsaCluster(nodes = 1)
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class ANodeCrashes {
    @Test
    @Order(1)
    void passes(RealCluster cluster) throws IOException, InterruptedException {
      saw(cluster);
      ServerProcess node = cluster.nodes().getFirst();
      new ProcessBuilder("kill", "-KILL", Long.toString(node.pid())).start().waitFor();
      assertThat(node.awaitEnd(Duration.ofMinutes(1))).isEqualTo(137);
    }

    @Test
    @Order(2)
    void isNotBegunWithoutIt() {}
  }
}
