package io.balsa.cli;

import io.balsa.cli.ClusterView.Answer;
import io.balsa.client.cluster.NodeStatus;
import io.balsa.client.cluster.StateHash;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The hash of every node's state right after one and the same index: equal, or a node is corrupt (A8). */
public final class StateHashes {
  private static final int ATTEMPTS = 8;
  private static final Duration BETWEEN = Duration.ofMillis(100);

  private StateHashes() {}

  /**
   * Asks all for one index. Under load a node may have passed it when it is asked, and answers for a later one; the index is
   * then chosen further ahead. When it does not come together in time the last answers are returned, each with its index.
   *
   * @return by address; without those that did not answer
   */
  public static Map<String, StateHash> atOneIndex(ClusterView view, List<String> addresses, Duration most) {
    long end = System.nanoTime() + most.toNanos();
    long index = newestApplied(view, addresses);
    Map<String, StateHash> answers = new TreeMap<>();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      answers.clear();
      for (Answer<StateHash> answer : view.hash(addresses, index)) {
        StateHash response = answer.value();
        if (response != null) {
          answers.put(answer.address(), response);
        }
      }
      if (isOneIndex(answers.values()) || System.nanoTime() - end >= 0) {
        return answers;
      }
      index = ahead(view, addresses);
    }
    return answers;
  }

  /** An index that will be reached in about the time between two looks. */
  private static long ahead(ClusterView view, List<String> addresses) {
    long before = newestApplied(view, addresses);
    try {
      TimeUnit.NANOSECONDS.sleep(BETWEEN.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    long now = newestApplied(view, addresses);
    return now + (now - before) / 2;
  }

  private static long newestApplied(ClusterView view, List<String> addresses) {
    long newest = 0;
    for (Answer<NodeStatus> answer : view.status(addresses)) {
      NodeStatus status = answer.value();
      newest = status == null ? newest : Math.max(newest, status.appliedIndex());
    }
    return newest;
  }

  private static boolean isOneIndex(Collection<StateHash> answers) {
    return answers.stream().mapToLong(StateHash::appliedIndex).distinct().count() <= 1;
  }

  /** Whether two answers for one index have different hashes. */
  public static boolean differ(Collection<StateHash> answers) {
    return answers.stream().anyMatch(one -> answers.stream()
        .anyMatch(other -> one.appliedIndex() == other.appliedIndex() && one.hash() != other.hash()));
  }
}
