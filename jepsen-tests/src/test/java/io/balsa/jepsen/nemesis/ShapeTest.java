package io.balsa.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.site.Link;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What the shapes leave of the network, as each node sees it. */
class ShapeTest {
  private static List<String> nodes(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(number -> "n" + number).toList();
  }

  /** Whom the node hears, itself included. */
  private static Set<String> hears(String node, List<String> nodes, Shape shape) {
    Set<String> heard = new TreeSet<>(nodes);
    shape.cuts().stream().filter(cut -> cut.to().equals(node)).forEach(cut -> heard.remove(cut.from()));
    return heard;
  }

  private static void assertWellFormed(Shape shape) {
    assertThat(shape.cuts()).isNotEmpty().doesNotHaveDuplicates().noneMatch(cut -> cut.from().equals(cut.to()));
    assertThat(shape.words()).isNotBlank();
  }

  private static void assertBothWays(Shape shape) {
    assertWellFormed(shape);
    assertThat(shape.cuts()).allMatch(cut -> shape.cuts().contains(cut.back()));
  }

  @Property(tries = 200)
  void halvesAreAMinorityAndTheRest(@ForAll @IntRange(min = 2, max = 9) int count, @ForAll long seed) {
    List<String> nodes = nodes(count);
    Shape shape = Shape.halves(nodes, new Random(seed));
    assertBothWays(shape);
    Set<Set<String>> sides = new HashSet<>();
    nodes.forEach(node -> sides.add(hears(node, nodes, shape)));
    assertThat(sides).as("each node hears its own side, all of it, and nothing else").hasSize(2);
    assertThat(sides.stream().mapToInt(Set::size).sum()).isEqualTo(count);
    int smaller = sides.stream().mapToInt(Set::size).min().orElseThrow();
    assertThat(smaller).isPositive();
    assertThat(count - smaller).as("the rest can go on").isGreaterThanOrEqualTo(count == 2 ? 1 : count / 2 + 1);
  }

  @Property(tries = 200)
  void inTheRingEachHearsAMajorityAndNoTwoTheSame(@ForAll @IntRange(min = 3, max = 9) int count, @ForAll long seed) {
    List<String> nodes = nodes(count);
    Shape shape = Shape.majorityRing(nodes, new Random(seed));
    assertBothWays(shape);
    List<Set<String>> views = nodes.stream().map(node -> hears(node, nodes, shape)).toList();
    assertThat(views).doesNotHaveDuplicates()
        .allSatisfy(view -> assertThat(view.size()).isGreaterThanOrEqualTo(count / 2 + 1));
    if (count > 3) {
      assertThat(views).as("nobody hears all").allSatisfy(view -> assertThat(view.size()).isLessThan(count));
    }
  }

  @Property(tries = 200)
  void overTheBridgeOneNodeHearsAllAndTheHalvesHearItAndThemselves(@ForAll @IntRange(min = 3, max = 9) int count,
      @ForAll long seed) {
    List<String> nodes = nodes(count);
    Shape shape = Shape.bridge(nodes, new Random(seed));
    assertBothWays(shape);
    List<String> bridges = nodes.stream().filter(node -> hears(node, nodes, shape).size() == count).toList();
    assertThat(bridges).hasSize(1);
    Set<Set<String>> halves = new HashSet<>();
    Shape.without(bridges.getFirst(), nodes).forEach(node -> halves.add(hears(node, nodes, shape)));
    assertThat(halves).hasSize(2);
    assertThat(halves.stream().mapToInt(Set::size).sum()).as("they share the bridge").isEqualTo(count + 1);
    int[] sizes = halves.stream().mapToInt(half -> half.size() - 1).sorted().toArray();
    assertThat(sizes[0]).isPositive();
    assertThat(sizes[1] - sizes[0]).isLessThanOrEqualTo(1);
  }

  @Property(tries = 50)
  void whoIsIsolatedHearsNobodyAndNobodyHearsIt(@ForAll @IntRange(min = 2, max = 7) int count) {
    List<String> nodes = nodes(count);
    Shape shape = Shape.isolated("n2", nodes);
    assertBothWays(shape);
    assertThat(hears("n2", nodes, shape)).containsExactly("n2");
    assertThat(hears("n1", nodes, shape)).hasSize(count - 1).doesNotContain("n2");
    Shape alone = Shape.alone("n2", nodes);
    assertBothWays(alone);
    assertThat(alone.cuts()).containsAll(shape.cuts()).hasSize(shape.cuts().size() + 2)
        .contains(new Link("n2", Link.CLIENTS), new Link(Link.CLIENTS, "n2"));
  }

  @Property(tries = 50)
  void theMuteHearAndTheDeafAreHeard(@ForAll @IntRange(min = 2, max = 7) int count) {
    List<String> nodes = nodes(count);
    Shape mute = Shape.mute("n1", nodes);
    Shape deaf = Shape.deaf("n1", nodes);
    assertWellFormed(mute);
    assertWellFormed(deaf);
    assertThat(hears("n1", nodes, mute)).hasSize(count);
    assertThat(hears("n2", nodes, mute)).hasSize(count - 1).doesNotContain("n1");
    assertThat(hears("n1", nodes, deaf)).containsExactly("n1");
    assertThat(hears("n2", nodes, deaf)).hasSize(count);
    assertThat(deaf.cuts()).containsExactlyInAnyOrderElementsOf(mute.cuts().stream().map(Link::back).toList());
  }

  @Property(tries = 50)
  void theSameSeedDrawsTheSame(@ForAll long seed) {
    List<String> nodes = nodes(5);
    assertThat(Shape.halves(nodes, new Random(seed))).isEqualTo(Shape.halves(nodes, new Random(seed)));
    assertThat(Shape.majorityRing(nodes, new Random(seed))).isEqualTo(Shape.majorityRing(nodes, new Random(seed)));
    assertThat(Shape.bridge(nodes, new Random(seed))).isEqualTo(Shape.bridge(nodes, new Random(seed)));
  }

  @Example
  void halvesDifferFromSeedToSeed() {
    List<String> nodes = nodes(5);
    Set<Set<Link>> drawn = new HashSet<>();
    for (int seed = 0; seed < 300; seed++) {
      drawn.add(Set.copyOf(Shape.halves(nodes, new Random(seed)).cuts()));
    }
    assertThat(drawn).as("five alone, and ten pairs").hasSize(15);
  }
}
