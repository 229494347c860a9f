package io.balsa.junit.cluster;

import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.NodeStatus;
import io.balsa.client.cluster.StateHash;
import io.balsa.client.error.BalsaException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Asks nodes for the hashes of their states right after one and the same index, which only then can be compared. */
public final class StateHashes {
  private static final Duration STATUS_MOST = Duration.ofSeconds(2);
  /** Every row of the state is read for it, tens of millions after a long run. */
  private static final Duration HASH_MOST = Duration.ofMinutes(8);

  private final BalsaClient asking;
  private final Map<String, String> addresses;

  /**
   * @param asking stays the caller's
   * @param addresses of the nodes, by the name that each is to have in the answer
   */
  public StateHashes(BalsaClient asking, Map<String, String> addresses) {
    this.asking = asking;
    this.addresses = Map.copyOf(addresses);
  }

  /**
   * The hash of every node, by its name. No client may write meanwhile; sessions that are kept alive may, and their entries go on.
   *
   * @param description of how the nodes are, for the message
   * @throws IllegalStateException they do not reach one index in this time
   */
  public Map<String, StateHash> await(Duration most, Supplier<String> description) {
    AtomicInteger tries = new AtomicInteger();
    return Await.present(most, () -> ifAtOneIndex(tries.getAndIncrement() % 2),
        () -> "the nodes do not reach one index\n" + description.get());
  }

  /**
   * All are asked at the same time: computing takes long, and what each one computes is decided when it has applied the index.
   *
   * @param ahead 0: where the furthest is now, for nothing may follow; 1: the next entry, for there is always one
   */
  private Optional<Map<String, StateHash>> ifAtOneIndex(int ahead) {
    long index = ahead + addresses.values().stream().flatMap(address -> status(address).stream())
        .mapToLong(NodeStatus::appliedIndex).max().orElse(0);
    Map<String, StateHash> hashes = new ConcurrentSkipListMap<>();
    List<Thread> askers = addresses.entrySet().stream()
        .map(node -> new Thread(() -> hash(node.getValue(), index).filter(hash -> hash.appliedIndex() == index)
            .ifPresent(hash -> hashes.put(node.getKey(), hash)), "hash of " + node.getKey()))
        .toList();
    askers.forEach(asker -> asker.setDaemon(true));
    askers.forEach(Thread::start);
    try {
      for (Thread asker : askers) {
        asker.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while hashes were computed", e);
    }
    return hashes.size() == addresses.size() ? Optional.of(hashes) : Optional.empty();
  }

  private Optional<NodeStatus> status(String address) {
    try {
      return Optional.of(asking.cluster().withTimeout(STATUS_MOST).status(address));
    } catch (BalsaException e) {
      return Optional.empty();
    }
  }

  private Optional<StateHash> hash(String address, long index) {
    try {
      return Optional.of(asking.cluster().withTimeout(HASH_MOST).hash(address, index));
    } catch (BalsaException e) {
      return Optional.empty();
    }
  }
}
