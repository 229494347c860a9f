package io.balsa.client.lock;

import java.util.List;

/**
 * A lock in use.
 *
 * @param name
 *          its name
 * @param mode
 *          how it is held
 * @param permits
 *          how many owners may share it; 0: any number
 * @param holders
 *          the requests granted
 * @param queue
 *          the requests waiting, in their order
 */
public record LockInfo(String name, LockMode mode, int permits, List<LockRequestInfo> holders,
    List<LockRequestInfo> queue) {
  public LockInfo {
    holders = List.copyOf(holders);
    queue = List.copyOf(queue);
  }
}
