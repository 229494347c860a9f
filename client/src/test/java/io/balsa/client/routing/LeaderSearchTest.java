package io.balsa.client.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LeaderSearchTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Endpoints endpoints = new Endpoints(List.of("a:1", "b:1", "c:1"), AddressResolver.AS_IS,
      address -> false);
  private final LeaderSearch search = new LeaderSearch(endpoints, new SplittableRandom(1));

  @Test
  void everyAddressIsTriedOnceWithoutADelayThenSoonThenSlower() {
    Set<String> tried = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      String address = search.next(0);
      tried.add(address);
      search.refused(address, "");
      if (i < 2) {
        assertThat(search.delay(0)).isZero();
      }
    }
    assertThat(tried).containsExactlyInAnyOrder("a:1", "b:1", "c:1");
    assertThat(search.delay(0)).isBetween(10 * MS, 30 * MS);
    assertThat(search.delay(999 * MS)).isBetween(10 * MS, 30 * MS);
    for (int i = 0; i < 50; i++) {
      search.delay(2_000 * MS);
    }
    assertThat(search.delay(2_000 * MS)).isBetween(250 * MS, 750 * MS);
  }

  @Test
  void aHintIsFollowedFirstAndOnce() {
    search.refused(search.next(0), "d:1");
    assertThat(search.next(0)).isEqualTo("d:1");
    search.failed("d:1", 0, 0);
    assertThat(search.next(0)).isNotEqualTo("d:1");
    assertThat(endpoints.all()).doesNotContain("d:1");
  }

  @Test
  void aHintToANodeThatHasJustFailedIsNotFollowedAgainUntilItHasCooled() {
    String dead = search.next(0);
    search.failed(dead, 0, 0);
    String alive = search.next(0);
    assertThat(alive).isNotEqualTo(dead);
    search.refused(alive, dead);
    assertThat(search.next(0)).isNotEqualTo(dead);
    search.refused(alive, dead);
    assertThat(search.next(60 * MS)).isEqualTo(dead);
  }

  @Test
  void theLongerAnAttemptTookTheLongerItsAddressIsLeftAlone() {
    search.failed("a:1", 0, 1_000 * MS);
    for (int i = 0; i < 10; i++) {
      assertThat(search.next(1_900 * MS)).isNotEqualTo("a:1");
    }
    Set<String> tried = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      tried.add(search.next(2_100 * MS));
    }
    assertThat(tried).contains("a:1");
  }

  @Test
  void thoseWhoseConnectionIsUpAreTriedBeforeTheOthersAndThenTheOthers() {
    Endpoints known = new Endpoints(List.of("a:1", "b:1", "c:1"), AddressResolver.AS_IS, "b:1"::equals);
    for (int seed = 0; seed < 10; seed++) {
      LeaderSearch from = new LeaderSearch(known, new SplittableRandom(seed));
      Set<String> tried = new HashSet<>();
      assertThat(from.next(0)).isEqualTo("b:1");
      for (int i = 0; i < 2; i++) {
        tried.add(from.next(0));
      }
      assertThat(tried).containsExactlyInAnyOrder("a:1", "c:1");
      assertThat(from.next(0)).isEqualTo("b:1");
    }
  }

  @Test
  void whenAllFailedTheOneThatCoolsFirstIsTried() {
    search.failed("a:1", 0, 1_000 * MS);
    search.failed("b:1", 0, 100 * MS);
    search.failed("c:1", 0, 1_000 * MS);
    assertThat(search.next(0)).isEqualTo("b:1");
  }

  @Test
  void theLeaderOfTheLastSearchIsTheFirstOfTheNext() {
    search.found("c:1");
    search.settled();
    assertThat(search.next(0)).isEqualTo("c:1");
    search.failed("c:1", 0, 0);
    assertThat(endpoints.leader()).isNull();
  }

  @Test
  void theResolverIsAppliedToHintsAndToLearnedAddresses() {
    Endpoints mapped = new Endpoints(List.of("a:1"), address -> address.replace(":1", ":7"), address -> false);
    LeaderSearch through = new LeaderSearch(mapped, new SplittableRandom(1));
    assertThat(through.next(0)).isEqualTo("a:7");
    through.refused("a:7", "b:1");
    assertThat(through.next(0)).isEqualTo("b:7");
    mapped.learned(7, 1, List.of("b:1", "c:1", ""));
    assertThat(mapped.all()).containsExactly("b:7", "c:7", "a:7");
    mapped.learned(7, 2, List.of("d:1"));
    assertThat(mapped.all()).as("configured ones stay").containsExactly("d:7", "a:7");
  }

  /** A node that lags, or was removed and does not know it, tells what was; another cluster counts anew. */
  @Test
  void anOlderMembershipIsNoNews() {
    assertThat(endpoints.isNews(7, 0)).as("none is known").isTrue();
    endpoints.learned(7, 5, List.of("a:1", "d:1"));
    assertThat(endpoints.isNews(7, 5)).isFalse();
    endpoints.learned(7, 4, List.of("b:1"));
    assertThat(endpoints.all()).containsExactly("a:1", "d:1", "b:1", "c:1");
    assertThat(endpoints.isNews(8, 0)).isTrue();
    endpoints.learned(8, 0, List.of("e:1"));
    assertThat(endpoints.all()).startsWith("e:1");
  }

  private static List<String> next(LeaderSearch search, int attempts) {
    return Stream.generate(() -> search.next(0)).limit(attempts).toList();
  }

  /** What it was configured with may be nobody's address any more; or a name for a member. */
  @Test
  void membersAreTriedBeforeAddressesOfNobody() {
    endpoints.learned(7, 1, List.of("d:1", "e:1"));
    for (int seed = 0; seed < 10; seed++) {
      LeaderSearch from = new LeaderSearch(endpoints, new SplittableRandom(seed));
      assertThat(next(from, 2)).containsExactlyInAnyOrder("d:1", "e:1");
      assertThat(next(from, 3)).containsExactlyInAnyOrder("a:1", "b:1", "c:1");
    }
  }

  /** A read was served by a node that does not lead: the next search begins where that node says, unless that failed lately. */
  @Test
  void whoeverServesAReadTellsWhoLeads() {
    endpoints.leads("a:1");
    search.served("a:1", "b:1", 0);
    assertThat(new LeaderSearch(endpoints, new SplittableRandom(2)).next(0)).isEqualTo("b:1");
    endpoints.failed("b:1", 0, 0);
    search.served("a:1", "b:1", 0);
    assertThat(endpoints.leader()).isNull();
    search.served("a:1", "", 0);
    assertThat(endpoints.leader()).isNull();
  }
}
