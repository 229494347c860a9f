package io.balsa.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.balsa.client.BalsaClient;
import io.balsa.junit.cluster.RealCluster;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Wrong usage is told before anything is started. */
class BalsaClusterUsageTest {
  @TempDir
  private Path empty;
  private String before = "";

  @BeforeEach
  void nameADirectoryThatIsNoDistribution() {
    before = System.getProperty("balsa.dist", "");
    System.setProperty("balsa.dist", empty.toString());
  }

  @AfterEach
  void nameTheOneBefore() {
    System.setProperty("balsa.dist", before);
  }

  private static EngineExecutionResults run(Class<?> sample) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(sample)).execute();
  }

  private static void assertRefused(Class<?> sample, Class<? extends Throwable> error, String text) {
    EngineExecutionResults results = run(sample);
    assertThat(results.allEvents().failed().list()).as("%s", sample).hasSize(1).first()
        .satisfies(event(finishedWithFailure(instanceOf(error), message(said -> said.contains(text)))));
    assertThat(results.testEvents().succeeded().list()).isEmpty();
  }

  @BalsaCluster(nodes = 0)
  static class NoNodes {
    @Test
    void test() {}
  }

  static class NoNodesForAMethod {
    @Test
    @BalsaCluster(nodes = -1)
    void test() {}
  }

  @BalsaCluster
  static class NoDistribution {
    @Test
    void test(BalsaClient client, RealCluster cluster) {}
  }

  @Test
  void aClusterHasANode() {
    assertRefused(NoNodes.class, ExtensionConfigurationException.class,
        "@BalsaCluster(nodes = 0) of NoNodes: a cluster has 1 node or more");
    assertRefused(NoNodesForAMethod.class, ExtensionConfigurationException.class,
        "@BalsaCluster(nodes = -1) of NoNodesForAMethod.test: a cluster has 1 node or more");
  }

  @Test
  void aDirectoryIsADistribution() {
    assertRefused(NoDistribution.class, IllegalStateException.class,
        "the system property balsa.dist names " + empty + ", which is no distribution of Balsa");
  }

  static class StaticWithoutTheClass {
    @OfCluster
    private static BalsaClient client;

    @Test
    @BalsaCluster(nodes = 1)
    void test() {
      assertThat(client).isNull();
    }
  }

  @BalsaCluster
  static class OfAnotherType {
    @OfCluster
    private String name;

    @Test
    void test() {
      assertThat(name).isNull();
    }
  }

  @BalsaCluster
  static class Final {
    @OfCluster
    private final @Nullable BalsaClient client = null;

    @Test
    void test() {
      assertThat(client).isNull();
    }
  }

  @Test
  void aFieldCanBeSet() {
    assertRefused(StaticWithoutTheClass.class, ExtensionConfigurationException.class,
        "@OfCluster StaticWithoutTheClass.client: a static one needs @BalsaCluster on the class");
    assertRefused(OfAnotherType.class, ExtensionConfigurationException.class,
        "@OfCluster OfAnotherType.name: its type is to be BalsaClient or RealCluster, not String");
    assertRefused(Final.class, ExtensionConfigurationException.class,
        "@OfCluster Final.client: it is final; let the constructor have a parameter of its type");
  }
}
