package io.balsa.cli.graph;

import java.util.List;
import java.util.stream.Stream;

/**
 * A request that waits, and for whom.
 *
 * @param place
 *          in the lock's queue, from 1
 * @param holders
 *          those that hold the lock and must let go of it first, each owner once; of a semaphore some of them
 * @param before
 *          those that wait before it and must have had the lock first, the last of them: whom those wait for is not repeated
 */
public record Wait(String lock, int place, Standing waiter, List<Standing> holders, List<Standing> before) {
  public Owner owner() {
    return waiter.owner();
  }

  /** All that it waits for. */
  public Stream<Standing> blockers() {
    return Stream.concat(holders.stream(), before.stream());
  }
}
