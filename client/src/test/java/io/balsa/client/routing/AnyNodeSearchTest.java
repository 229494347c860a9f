package io.balsa.client.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnyNodeSearchTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final SplittableRandom random = new SplittableRandom(1);
  private final Endpoints endpoints = new Endpoints(List.of("a:1", "b:1", "c:1"), AddressResolver.AS_IS,
      address -> address.equals("a:1"));

  private NodeSearch search() {
    return ReadBalance.RANDOM.searches(endpoints, random).get();
  }

  /** Connected or not, leader or not: or one node would have all the reads of its client. */
  @Test
  void aReadBeginsAtARandomNode() {
    endpoints.leads("a:1");
    Set<String> first = new TreeSet<>();
    for (int i = 0; i < 50; i++) {
      first.add(search().next(0));
    }
    assertThat(first).containsExactly("a:1", "b:1", "c:1");
  }

  @Test
  void whoeverCannotServeIsFollowedByTheOthersAndNoHintIs() {
    NodeSearch search = search();
    Set<String> tried = new TreeSet<>();
    for (int i = 0; i < 3; i++) {
      String address = search.next(0);
      tried.add(address);
      search.refused(address, "d:1");
    }
    assertThat(tried).containsExactly("a:1", "b:1", "c:1");
    assertThat(search.delay(0)).isPositive();
  }

  @Test
  void aNodeThatFailedOrHungIsLeftAloneForAWhile() {
    endpoints.failed("a:1", 0, 0);
    search().doubted("b:1", 0, 1_000 * MS);
    for (int i = 0; i < 50; i++) {
      assertThat(search().next(10 * MS)).isEqualTo("c:1");
    }
    Set<String> later = new TreeSet<>();
    for (int i = 0; i < 50; i++) {
      later.add(search().next(10_000 * MS));
    }
    assertThat(later).containsExactly("a:1", "b:1", "c:1");
  }
}
