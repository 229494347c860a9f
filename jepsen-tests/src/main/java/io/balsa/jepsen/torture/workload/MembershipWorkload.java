package io.balsa.jepsen.torture.workload;

import io.balsa.client.cluster.Cluster;
import io.balsa.client.cluster.MemberInfo;
import io.balsa.jepsen.checker.CounterChecker;
import io.balsa.jepsen.checker.MembershipChecker;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asks who is a member while members come and go, and counts meanwhile, exactly as without that. Operations: {@code members [] -> [[id,
 * incarnation, voter], ...]}, in the end {@code members [id] -> ...} at that node, and those of {@link CounterWorkload}.
 *
 * <p>The SDK does not tell which configuration an answer is, so two answers cannot be put in an order: what can be judged says {@link
 * MembershipChecker}.
 */
public final class MembershipWorkload implements Workload {
  private static final Duration AGREE_MOST = Duration.ofSeconds(60);

  private final CounterWorkload counters = new CounterWorkload();

  @Override
  public String name() {
    return "membership";
  }

  @Override
  public String description() {
    return "the members read while they change, and counters that stay exact meanwhile";
  }

  @Override
  public String keys() {
    return counters.keys();
  }

  @Override
  public Set<String> mutations() {
    return counters.mutations();
  }

  @Override
  public void step(TortureClient client) throws InterruptedException {
    if (client.random().nextInt(3) == 0) {
      client.record("members", List.of(), () -> members(client.client().cluster().members()));
    } else {
      counters.step(client);
    }
  }

  private static List<List<Object>> members(List<MemberInfo> members) {
    return members.stream().map(
        member -> List.<Object>of(member.id(), Long.toUnsignedString(member.incarnation()), member.voter()))
        .toList();
  }

  @Override
  public void finish(TortureClient client) throws InterruptedException {
    counters.finish(client);
    long end = System.nanoTime() + AGREE_MOST.toNanos();
    while (!allAgree(client) && System.nanoTime() - end < 0) {
      Steps.pause(Duration.ofMillis(500));
    }
  }

  /** Asks every member that one of them names. */
  private static boolean allAgree(TortureClient client) throws InterruptedException {
    Cluster cluster = client.client().cluster();
    Optional<List<MemberInfo>> named = named(client, cluster);
    Set<Set<List<Object>>> different = new HashSet<>();
    for (MemberInfo member : named.orElse(List.of())) {
      if (!member.isReserved()) {
        different.add(new HashSet<>(client.record("members", List.of(member.id()),
            () -> members(cluster.members(cluster.resolve(member.clientAddress())))).orElse(List.of())));
      }
    }
    return different.size() == 1;
  }

  private static Optional<List<MemberInfo>> named(TortureClient client, Cluster cluster) throws InterruptedException {
    List<MemberInfo> named = new ArrayList<>();
    return client.record("members", List.of(), () -> {
      named.addAll(cluster.members());
      return members(named);
    }).map(recorded -> named);
  }

  @Override
  public Verdict check(List<Operation> history, Duration most) {
    return Verdicts.of(MembershipChecker.check(history).and(CounterChecker.check(history)));
  }
}
