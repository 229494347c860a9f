package io.balsa.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.nemesis.Installation.Indeterminate;
import io.balsa.jepsen.nemesis.Installation.Installed;
import io.balsa.jepsen.nemesis.Installation.Skipped;
import io.balsa.junit.cluster.RealCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is drawn together, and in which order it is done and undone. */
class CombinationTest {
  private static final Set<String> DAMAGE = Set.of("corrupt", "wipe");
  private static final Set<String> NETWORK = Set.of("partition", "slow");
  private static final Set<String> NODES = Set.of("kill", "pause", "restart", "power", "disk");

  @TempDir
  private Path directory;

  private static List<Nemesis> singles() {
    return Nemeses.all().stream().filter(nemesis -> !nemesis.family().equals("combined")).toList();
  }

  private static long countOf(List<Nemesis> drawn, Set<String> families) {
    return drawn.stream().filter(nemesis -> families.contains(nemesis.family())).count();
  }

  @Property(tries = 2000)
  void whatIsDrawnGoesTogether(@ForAll long seed) {
    List<Nemesis> drawn = Combination.draw(singles(), new Random(seed));
    assertThat(drawn).hasSizeBetween(2, 3);
    assertThat(drawn.stream().map(Nemesis::family)).doesNotHaveDuplicates();
    assertThat(countOf(drawn, NETWORK)).as("one heals all").isLessThanOrEqualTo(1);
    assertThat(countOf(drawn, NODES)).as("one starts what the other keeps down").isLessThanOrEqualTo(1);
    if (countOf(drawn, DAMAGE) > 0) {
      assertThat(countOf(drawn, DAMAGE)).as("no more than a minority").isEqualTo(1);
      assertThat(countOf(drawn, NODES)).as("no disk loses what it did not sync, no node is away").isZero();
      assertThat(countOf(drawn, Set.of("member", "partition"))).isZero();
    }
    assertThat(Combination.draw(singles(), new Random(seed))).isEqualTo(drawn);
  }

  @Test
  void everyFamilyIsDrawnAndDamageNeverComesFirstBehindTheNetwork() {
    Set<String> families = new TreeSet<>();
    Set<String> sets = new HashSet<>();
    for (int seed = 0; seed < 3000; seed++) {
      List<Nemesis> drawn = Combination.draw(singles(), new Random(seed));
      drawn.forEach(nemesis -> families.add(nemesis.family()));
      sets.add(drawn.stream().map(Nemesis::family).collect(Collectors.joining("+")));
      assertThat(drawn).as("what needs a whole cluster is installed first")
          .isSortedAccordingTo(Comparator.comparingInt((Nemesis nemesis) -> NETWORK.contains(nemesis.family()) ? 1
              : NODES.contains(nemesis.family()) && !nemesis.family().equals("restart") ? 2 : 0));
    }
    assertThat(families).containsExactlyInAnyOrderElementsOf(singles().stream().map(Nemesis::family).toList().stream()
        .distinct().toList());
    assertThat(sets).hasSizeGreaterThan(40).contains("partition+kill", "clock+slow+power");
  }

  @Test
  void nothingGoesWithItself() {
    assertThat(singles()).allSatisfy(nemesis -> assertThat(Combination.together(nemesis, nemesis)).isFalse());
    for (Nemesis one : singles()) {
      for (Nemesis other : singles()) {
        assertThat(Combination.together(one, other)).isEqualTo(Combination.together(other, one));
      }
    }
  }

  private static Fault fake(String family, List<String> log, Need need) {
    return new Fault(family, family + "-fake", "fake", need, scene -> {
      log.add("do " + family);
      scene.onUndo(() -> log.add("undo " + family));
      return family + " is there";
    });
  }

  private Installation install(List<Nemesis> singles) throws InterruptedException {
    NamesOnlySite site = NamesOnlySite.of(RecordingNetwork.ofAll());
    try (RealCluster cluster = RealCluster.at(site, directory, 3)) {
      return new Combination(singles).install(new OwnTarget(cluster, site), new Random(11));
    }
  }

  @Test
  void theNetworkIsHealedBeforeWhatWasInstalledAfterIt() throws InterruptedException {
    List<String> log = new ArrayList<>();
    Installation installation = install(
        List.of(fake("kill", log, Need.OWN), fake("partition", log, Need.OWN)));
    assertThat(installation).isInstanceOf(Installed.class);
    assertThat(installation.what()).contains("kill-fake: kill is there", "partition-fake: partition is there");
    ((Installed) installation).undo().run();
    assertThat(log).containsExactly("do partition", "do kill", "undo partition", "undo kill");
  }

  @Test
  void whereNoTwoGoTogetherItIsSkipped() throws InterruptedException {
    List<String> log = new ArrayList<>();
    assertThat(install(List.of(fake("kill", log, Need.OWN), fake("power", log, Need.OWN),
        fake("partition", log, Need.disks())))).isInstanceOf(Skipped.class);
    assertThat(log).isEmpty();
  }

  @Test
  void oneThatFailsMakesAllIndeterminateAndAllAreUndone() throws InterruptedException {
    List<String> log = new ArrayList<>();
    Fault failing = new Fault("kill", "kill-fake", "fake", Need.OWN, scene -> {
      scene.onUndo(() -> log.add("undo kill"));
      throw new IllegalStateException("half way");
    });
    Installation installation = install(List.of(failing, fake("partition", log, Need.OWN)));
    assertThat(installation).isInstanceOf(Indeterminate.class);
    assertThat(installation.what()).contains("kill-fake: Indeterminate", "half way", "partition is there");
    ((Indeterminate) installation).undo().run();
    assertThat(log).containsExactly("do partition", "undo partition", "undo kill");
  }

  @Test
  void oneThatIsLeftAloneIsUndoneAndSkipped() throws InterruptedException {
    List<String> log = new ArrayList<>();
    Fault refusing = new Fault("kill", "kill-fake", "fake", Need.OWN, scene -> {
      throw new CannotBeDone("no node runs");
    });
    Installation installation = install(List.of(refusing, fake("partition", log, Need.OWN)));
    assertThat(installation).isInstanceOf(Skipped.class);
    assertThat(installation.what()).contains("no node runs");
    assertThat(log).containsExactly("do partition", "undo partition");
  }
}
