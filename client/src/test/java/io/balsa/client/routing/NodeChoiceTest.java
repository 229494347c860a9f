package io.balsa.client.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Where reads begin, of those that are healthy. */
class NodeChoiceTest {
  private static final List<String> ALL = List.of("a:1", "b:1", "c:1");

  private final SplittableRandom random = new SplittableRandom(3);

  private static Map<String, Integer> counts(NodeChoice choice, List<String> healthy, int times) {
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < times; i++) {
      counts.merge(choice.first(healthy), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void roundRobinSharesEvenlyAlsoAmongThoseThatAreLeft() {
    NodeChoice choice = new RoundRobinChoice(random);
    assertThat(counts(choice, ALL, 300)).containsExactlyInAnyOrderEntriesOf(Map.of("a:1", 100, "b:1", 100, "c:1", 100));
    assertThat(counts(choice, List.of("a:1", "c:1"), 300))
        .containsExactlyInAnyOrderEntriesOf(Map.of("a:1", 150, "c:1", 150));
  }

  @Test
  void weightsAreProportions() {
    NodeChoice choice = new WeightedChoice(Map.of("a:1", 6, "b:1", 3), random);
    Map<String, Integer> counts = counts(choice, ALL, 10_000);
    assertThat(counts.get("a:1")).isBetween(5_800, 6_200);
    assertThat(counts.get("b:1")).isBetween(2_800, 3_200);
    assertThat(counts.get("c:1")).as("not named: 1").isBetween(850, 1_150);
  }

  @Test
  void thoseThatWeighNothingShareWhatNobodyElseCanServe() {
    NodeChoice choice = new WeightedChoice(Map.of("a:1", 0, "b:1", 0, "c:1", 7), random);
    assertThat(counts(choice, ALL, 1_000)).containsOnlyKeys("c:1");
    assertThat(counts(choice, List.of("a:1", "b:1"), 1_000).get("a:1")).isBetween(400, 600);
  }

  @Test
  void aNegativeWeightIsRefused() {
    assertThatThrownBy(() -> ReadBalance.weighted(Map.of("a:1", -1))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a:1").hasMessageContaining("-1");
    assertThat(ReadBalance.weighted(Map.of("a:1", 2))).hasToString("WEIGHTED{a:1=2}");
  }

  @Test
  void theNearestIsWhoAnsweredFastestLately() {
    NearestChoice choice = new NearestChoice(random);
    // Whoever was never asked comes first.
    for (int i = 0; i < 3; i++) {
      String asked = choice.first(ALL);
      choice.answered(asked, asked.equals("b:1") ? 100 : 900);
    }
    assertThat(counts(choice, ALL, 500)).as("one of %d looks how the others are", NearestChoice.LOOK_EVERY)
        .containsEntry("b:1", 490);
    // One slow answer is no new order; many are.
    choice.answered("b:1", 2_000);
    assertThat(choice.first(ALL)).isEqualTo("b:1");
    for (int i = 0; i < 20; i++) {
      choice.answered("b:1", 2_000);
      choice.answered("c:1", 800);
    }
    assertThat(counts(choice, ALL, 500)).containsEntry("c:1", 490);
  }

  /** Connections and code are cold then: what counts is how fast it is at the next look, and each has one in its turn. */
  @Test
  void aSlowFirstAnswerKeepsNobodyAway() {
    NearestChoice choice = new NearestChoice(random);
    ALL.forEach(address -> choice.answered(address, address.equals("b:1") ? 90_000 : 900));
    for (int i = 0; i < 2 * NearestChoice.LOOK_EVERY; i++) {
      choice.answered(choice.first(ALL), 900);
    }
    choice.answered("b:1", 100);
    assertThat(counts(choice, ALL, 100)).containsEntry("b:1", 98);
  }

  @Test
  void eachOfTheOthersIsLookedAtInTurn() {
    NearestChoice choice = new NearestChoice(random);
    ALL.forEach(address -> choice.answered(address, address.equals("b:1") ? 100 : 900));
    assertThat(counts(choice, ALL, 4 * NearestChoice.LOOK_EVERY)).containsEntry("a:1", 2).containsEntry("c:1", 2);
  }

  /** It may hang: until there is an answer, the reads that come meanwhile go where answers come from. */
  @Test
  void whoWasNeverAskedIsAskedOnce() {
    NearestChoice choice = new NearestChoice(random);
    assertThat(counts(choice, ALL, 3)).as("no answer yet").containsOnlyKeys(ALL);
    assertThat(counts(choice, ALL, 300)).as("still none").containsOnlyKeys(ALL);
    choice.answered("b:1", 700);
    assertThat(counts(choice, ALL, 100)).as("all but the looks").containsEntry("b:1", 98);
  }

  @Test
  void whoCouldNotServeIsTheLastAndIsMeasuredAnewWhenItDoes() {
    NearestChoice choice = new NearestChoice(random);
    ALL.forEach(address -> choice.answered(address, 500));
    choice.answered("a:1", 1);
    choice.passedOver("a:1");
    assertThat(counts(choice, ALL, 40)).doesNotContainKey("a:1");
    choice.answered("a:1", 10);
    assertThat(choice.first(ALL)).isEqualTo("a:1");
  }
}
