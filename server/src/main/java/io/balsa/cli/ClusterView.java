package io.balsa.cli;

import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.Cluster;
import io.balsa.client.cluster.MemberInfo;
import io.balsa.client.cluster.NodeStatus;
import io.balsa.client.cluster.StateHash;
import io.balsa.client.error.BalsaException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What every node says of itself: each is asked at its own address, all at once, so that one that hangs costs the others
 * nothing. Safe for use by any thread.
 */
public final class ClusterView implements AutoCloseable {
  private final BalsaClient client;
  private final Cluster cluster;

  /** @param timeout of each call */
  public ClusterView(List<String> endpoints, Duration timeout) {
    client = BalsaClient.connect(String.join(",", endpoints));
    cluster = client.cluster().withTimeout(timeout);
  }

  /**
   * The answer of one node.
   *
   * @param value null: none came, {@code failure} says why
   */
  public record Answer<T>(String address, @Nullable T value, @Nullable Throwable failure) {}

  /** Asks each for its status; in the order of the addresses. */
  public List<Answer<NodeStatus>> status(List<String> addresses) {
    return ask(addresses, cluster::statusAsync);
  }

  /** Asks each for the hash of its state right after this index was applied; 0: what is applied when it is asked. */
  public List<Answer<StateHash>> hash(List<String> addresses, long index) {
    return ask(addresses, address -> cluster.hashAsync(address, index));
  }

  /** The members, as some node knows them, at the addresses where this client reaches them; empty when none answers. */
  public List<MemberInfo> members() {
    try {
      return cluster.members();
    } catch (BalsaException e) {
      return List.of(); // whoever shows them shows the endpoints and why they did not answer
    }
  }

  /** The members as the node at this address knows them, or another one when it does not answer. */
  public List<MemberInfo> membersAt(String address) {
    try {
      return cluster.members(address);
    } catch (BalsaException e) {
      return members();
    }
  }

  /** Where this client reaches a member. */
  public String address(MemberInfo member) {
    return cluster.resolve(member.clientAddress());
  }

  /** Hands leadership over and returns who leads then; an empty target leaves the choice to the leader. */
  public String transfer(String target) {
    return cluster.transferLeadership(target);
  }

  /** The node that says it leads, in the newest term that any of them knows of. */
  public static Optional<NodeStatus> leader(List<NodeStatus> answers) {
    return answers.stream()
        .max(Comparator.comparingLong(NodeStatus::term).thenComparing(ClusterView::leads))
        .filter(ClusterView::leads);
  }

  private static boolean leads(NodeStatus status) {
    return status.role().equals("LEADER");
  }

  /** The answers of those that answered. */
  public static <T> List<T> values(List<Answer<T>> answers) {
    return answers.stream().flatMap(answer -> Optional.ofNullable(answer.value()).stream()).toList();
  }

  private static <T> List<Answer<T>> ask(List<String> addresses, Function<String, CompletableFuture<T>> question) {
    List<CompletableFuture<Answer<T>>> asked = addresses.stream()
        .map(address -> question.apply(address).handle((value, failure) -> new Answer<>(address, value, failure)))
        .toList();
    return asked.stream().map(CompletableFuture::join).toList();
  }

  @Override
  public void close() {
    client.close();
  }
}
