package io.balsa.jepsen.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.balsa.client.routing.AddressResolver;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that gets a node's variables sees the node's clock; servers under it: {@code NemesesIT}. */
class FaketimeSiteTest {
  @TempDir
  private Path directory;

  /** A site that has nothing of its own but a variable. */
  private static final class Plain implements TortureSite {
    @Override
    public String address(int number) {
      return "127.7.7." + number + ":7107";
    }

    @Override
    public Map<String, String> environment(int number) {
      return Map.of("OF_SITE", "n" + number);
    }

    @Override
    public String backend() {
      return "plain";
    }

    @Override
    public Network network() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Disks> disks() {
      return Optional.empty();
    }

    @Override
    public AddressResolver clients() {
      return AddressResolver.AS_IS;
    }

    @Override
    public void close() {}
  }

  private static long secondsAhead(Map<String, String> environment) throws IOException {
    ProcessBuilder date = new ProcessBuilder("date", "+%s");
    date.environment().putAll(environment);
    String said = new String(date.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Long.parseLong(said.trim()) - System.currentTimeMillis() / 1000;
  }

  /** A method with a default that it did not hand on would answer for another site than the one it stands before. */
  @Test
  void itHandsOnEverything() {
    assertThat(Stream.of(TortureSite.class.getMethods()).filter(method -> !Modifier.isStatic(method.getModifiers())))
        .allSatisfy(method -> assertThat(
            FaketimeSite.class.getDeclaredMethod(method.getName(), method.getParameterTypes())).isNotNull());
  }

  @Test
  void eachNodeHasAClockOfItsOwn() throws IOException {
    try (TortureSite site = FaketimeSite.around(new Plain(), directory.resolve("clocks"));
        RealCluster cluster = RealCluster.at(site, directory, 2)) {
      assumeTrue(site.clocks().isPresent(), "libfaketime is not installed");
      WallClocks clocks = site.clocks().orElseThrow();
      ServerProcess one = cluster.node("n1");
      assertThat(site.environment(1)).containsEntry("OF_SITE", "n1").containsKey("LD_PRELOAD");
      assertThat(secondsAhead(site.environment(1))).isBetween(-5L, 5L);
      clocks.set(one, Duration.ofHours(30));
      assertThat(secondsAhead(site.environment(1))).isBetween(108_000L - 5, 108_000L + 5);
      assertThat(secondsAhead(site.environment(2))).isBetween(-5L, 5L);
      clocks.set(one, Duration.ofHours(-5));
      assertThat(secondsAhead(site.environment(1))).isBetween(-18_000L - 5, -18_000L + 5);
      clocks.set(one, Duration.ZERO);
      assertThat(secondsAhead(site.environment(1))).isBetween(-5L, 5L);
      assertThat(site.backend()).isEqualTo("plain");
      assertThat(site.address(2)).isEqualTo("127.7.7.2:7107");
    }
  }
}
