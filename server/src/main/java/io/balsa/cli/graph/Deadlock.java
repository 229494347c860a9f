package io.balsa.cli.graph;

import java.time.Duration;
import java.util.List;

/**
 * Owners of which each waits for another one of them, so that none goes on.
 *
 * @param owners
 *          all of them, in their order
 * @param cycle
 *          a shortest one through the first of them; each step ends where the next begins, the last one at the first
 */
public record Deadlock(List<Owner> owners, List<Step> cycle) {
  /**
   * One waits for the next.
   *
   * @param waits
   *          what it waits for
   * @param blocking
   *          the request of the next one that is in its way
   */
  public record Step(Wait waits, Standing blocking) {}

  /** How long it has been there: since the last of the cycle began to wait. */
  public Duration since() {
    return cycle.stream().map(step -> step.waits().waiter().request().since()).min(Duration::compareTo)
        .orElse(Duration.ZERO);
  }
}
