package io.balsa.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NemesesTest {
  @Test
  void allHaveNamesOfTheirOwnAndDescriptions() {
    assertThat(Nemeses.all()).extracting(Nemesis::name).doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[a-z]+(-[a-z]+)+"));
    assertThat(Nemeses.all()).extracting(Nemesis::description).doesNotHaveDuplicates().noneMatch(String::isBlank);
    assertThat(Nemeses.all()).extracting(Nemesis::name).as("no name is a family")
        .doesNotContainAnyElementsOf(Nemeses.families());
    assertThat(Nemeses.families()).containsExactlyInAnyOrder("partition", "kill", "pause", "restart", "slow", "member",
        "transfer", "disk", "power", "corrupt", "wipe", "clock", "combined");
  }

  @Test
  void everyFaultOfTheSuiteIsThere() {
    assertThat(Nemeses.all()).extracting(Nemesis::name).contains("partition-halves", "partition-ring",
        "partition-bridge", "partition-leader", "partition-leader-alone", "partition-follower", "partition-leader-mute",
        "partition-leader-deaf", "partition-flapping", "kill-follower", "kill-leader", "kill-majority", "kill-all",
        "pause-leader", "pause-all", "restart-rolling", "slow-delay", "slow-loss", "slow-rate", "member-add",
        "member-remove-leader", "member-replace", "member-churn", "transfer-storm", "disk-full-leader",
        "disk-stall-leader", "power-one", "power-majority", "power-all", "corrupt-log", "corrupt-log-tail",
        "corrupt-state", "wipe-node", "clock-one", "clock-all", "combined-drawn");
  }

  @Test
  void theyAreFoundByNameOrFamily() {
    assertThat(Nemeses.named("kill-leader")).extracting(Nemesis::name).containsExactly("kill-leader");
    assertThat(Nemeses.named("power")).extracting(Nemesis::name)
        .containsExactly("power-one", "power-majority", "power-all");
    List<Nemesis> several = Nemeses.parse("power, kill-leader,power-all");
    assertThat(several).extracting(Nemesis::name)
        .containsExactly("power-one", "power-majority", "power-all", "kill-leader");
  }

  @Test
  void anUnknownNameIsToldWhatThereIs() {
    assertThatThrownBy(() -> Nemeses.parse("kill,earthquake")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("earthquake", "partition", "wipe", "--list");
    assertThatThrownBy(() -> Nemeses.named("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void eachCanBeHeldAsLongAsItNeeds() {
    assertThat(Nemeses.all()).allSatisfy(
        nemesis -> assertThat(nemesis.holdAtLeast()).isPositive().isLessThanOrEqualTo(nemesis.holdAtMost()));
    assertThat(Nemeses.named("pause-leader").getFirst().holdAtLeast()).isGreaterThanOrEqualTo(Duration.ofSeconds(4));
    assertThat(Nemeses.named("disk-stall-leader").getFirst().holdAtLeast())
        .isGreaterThanOrEqualTo(Duration.ofSeconds(4));
  }
}
