package io.balsa.jepsen.nemesis;

import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.MemberInfo;
import io.balsa.client.error.BalsaException;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Who changes the members of a cluster as its operators do. A change that is refused, or of unknown outcome, is asked for again until the
 * members are seen to be so, for other faults may be at work. One thread.
 */
final class Operator implements AutoCloseable {
  private static final Duration CALL_MOST = Duration.ofSeconds(10);
  private static final Duration CHANGE_MOST = Duration.ofMinutes(3);
  private static final long AGAIN_AFTER_NANOS = 200_000_000;

  private final RealCluster cluster;
  private final BalsaClient client;

  Operator(RealCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client().timeout(CALL_MOST).build();
  }

  /** As the first node that answers knows them. */
  List<MemberInfo> members() {
    AtomicReference<String> refusal = new AtomicReference<>("");
    return Await.present(CHANGE_MOST, () -> membersNow(refusal),
        () -> "the members are not told: " + refusal + "\n" + cluster.describe());
  }

  private Optional<List<MemberInfo>> membersNow(AtomicReference<String> refusal) {
    try {
      return Optional.of(client.cluster().members());
    } catch (BalsaException e) {
      refusal.set(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  Optional<MemberInfo> member(String id) {
    return find(members(), id);
  }

  private static Optional<MemberInfo> find(List<MemberInfo> members, String id) {
    return members.stream().filter(member -> member.id().equals(id)).findFirst();
  }

  /** Reserves the node's name. */
  void add(ServerProcess node) {
    change("add " + node.id(), members -> find(members, node.id()).isPresent(),
        () -> client.cluster().addLearner(node.id(), node.address()));
  }

  /** Makes it a voter as soon as it can be one. */
  void promote(String id) {
    change("promote " + id, members -> find(members, id).map(MemberInfo::voter).orElse(false),
        () -> client.cluster().promote(id));
  }

  void remove(String id) {
    change("remove " + id, members -> find(members, id).isEmpty(), () -> client.cluster().remove(id));
  }

  private void change(String what, Predicate<List<MemberInfo>> isDone, Runnable ask) {
    AtomicReference<String> refusal = new AtomicReference<>("not asked for");
    Await.until(CHANGE_MOST, () -> {
      if (membersNow(refusal).filter(isDone).isPresent()) {
        return true;
      }
      try {
        ask.run();
        refusal.set("it was made, and is not seen");
      } catch (BalsaException e) {
        refusal.set(String.valueOf(e.getMessage()));
        LockSupport.parkNanos(AGAIN_AFTER_NANOS);
      }
      return false;
    }, () -> what + ": " + refusal + "\n" + cluster.describe());
  }

  @Override
  public void close() {
    client.close();
  }
}
