package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.balsa.client.cluster.NodeStatus;
import io.balsa.junit.BalsaCluster;
import io.balsa.junit.OfCluster;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import io.balsa.jepsen.raw.Bystander;
import io.balsa.jepsen.raw.RawKeepAlives;
import io.balsa.jepsen.raw.RawNode;
import io.balsa.proto.v1.CloseSessionRequest;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.IncrResponse;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.LeaseInfo;
import io.balsa.proto.v1.LeaseListRequest;
import io.balsa.proto.v1.LeaseListResponse;
import io.balsa.proto.v1.OpenSessionRequest;
import io.balsa.proto.v1.SessionContext;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ten thousand sessions at once, and thousands of renewals a second, on real servers. */
@Timeout(240)
@BalsaCluster
class ManySessionsIT {
  private static final int SESSIONS = 10_000;
  private static final int CLOSED = 2_000;
  private static final int CONNECTIONS = 4;
  /** Calls under way at once. */
  private static final int WINDOW = 1_000;
  private static final Duration TTL = Duration.ofSeconds(15);
  private static final Duration MOST = Duration.ofMinutes(2);
  /** Of a call beside it, on a machine that does other things, too. */
  private static final Duration CALL_MOST = Duration.ofSeconds(3);

  @OfCluster
  private static RealCluster cluster;

  private static IncrRequest count(long session, String key) {
    return IncrRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setDelta(1)
        .setSession(SessionContext.newBuilder().setSessionId(session).setSequence(1)).build();
  }

  /** The answers to all calls, of which a window is under way at once, spread over the connections. */
  private static <Q, P> List<P> all(List<Q> requests, List<RawNode> nodes, Call<Q, P> call) {
    List<ListenableFuture<P>> futures = new ArrayList<>();
    List<P> answers = new ArrayList<>();
    for (Q request : requests) {
      if (futures.size() - answers.size() == WINDOW) {
        answers.add(await(futures.get(answers.size())));
      }
      futures.add(call.begin(nodes.get(futures.size() % nodes.size()), request));
    }
    while (answers.size() < futures.size()) {
      answers.add(await(futures.get(answers.size())));
    }
    return answers;
  }

  private interface Call<Q, P> {
    ListenableFuture<P> begin(RawNode node, Q request);
  }

  private static <P> P await(ListenableFuture<P> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Every session of the cluster, page by page. */
  private static Set<Long> sessions(RawNode node) {
    Set<Long> sessions = new HashSet<>();
    LeaseListResponse page;
    long after = 0;
    do {
      page = node.leases().list(LeaseListRequest.newBuilder().setAfterId(after).build());
      for (LeaseInfo lease : page.getLeasesList()) {
        after = lease.getLeaseId();
        if (lease.getSession()) {
          sessions.add(after);
        }
      }
    } while (page.getMore());
    return sessions;
  }

  @Test
  void tenThousandSessionsAtOnceCountOnceEachAndGo() {
    ServerProcess leader = cluster.awaitLeader();
    List<RawNode> nodes = new ArrayList<>();
    Stopwatch watch = new Stopwatch();
    try (Bystander other = Bystander.start(leader, "beside-sessions")) {
      for (int i = 0; i < CONNECTIONS; i++) {
        nodes.add(RawNode.connect(leader));
      }
      RawNode node = nodes.getFirst();
      Set<Long> before = sessions(node);
      OpenSessionRequest open = OpenSessionRequest.newBuilder().setTtlMillis(TTL.toMillis()).build();
      List<Long> ids = all(LongStream.range(0, SESSIONS).boxed().toList(), nodes,
          (to, i) -> to.sessionFutures().open(open)).stream().map(opened -> opened.getSessionId()).toList();
      assertThat(ids).doesNotHaveDuplicates();
      watch.lap("opened");
      renew(nodes, ids);
      watch.lap("renewed");

      List<IncrResponse> counted = all(ids, nodes, (to, id) -> to.kvFutures().incr(count(id, "sessions")));
      assertThat(counted).extracting(IncrResponse::getValue).as("each counted once")
          .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, SESSIONS).boxed().toList());
      watch.lap("counted");
      List<IncrResponse> again = all(ids, nodes, (to, id) -> to.kvFutures().incr(count(id, "sessions")));
      assertThat(again).extracting(IncrResponse::getValue).as("and is told so again")
          .containsExactlyElementsOf(counted.stream().map(IncrResponse::getValue).toList());
      watch.lap("repeated");
      renew(nodes, ids);
      assertThat(sessions(node)).containsAll(ids).hasSize(SESSIONS + before.size());

      all(ids.subList(0, CLOSED), nodes, (to, id) -> to.sessionFutures()
          .close(CloseSessionRequest.newBuilder().setSessionId(id).build()));
      assertThat(sessions(node)).doesNotContainAnyElementsOf(ids.subList(0, CLOSED))
          .hasSize(SESSIONS - CLOSED + before.size());
      watch.lap("closed " + CLOSED);
      String beforeExpiry = other.toString();
      Await.until(MOST, () -> sessions(node).equals(before), () -> sessions(node).size() + " sessions are left");
      watch.lap("expired the others");
      for (long id : List.of(ids.getFirst(), ids.getLast())) {
        StatusRuntimeException gone = catchThrowableOfType(StatusRuntimeException.class,
            () -> node.kv().incr(count(id, "sessions")));
        assertThat(RawNode.reason(gone)).isEqualTo("SESSION_EXPIRED");
      }
      assertThat(node.kv().get(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("sessions")).build()).getKv()
          .getValue().toStringUtf8()).isEqualTo(Integer.toString(SESSIONS));
      System.out.println("ManySessionsIT: " + watch + "; beside it until then " + beforeExpiry + ", in all " + other);
      assertThat(other.longest()).isLessThan(CALL_MOST);
    } finally {
      nodes.forEach(RawNode::close);
    }
  }

  private static void renew(List<RawNode> nodes, List<Long> ids) {
    List<RawKeepAlives> calls = nodes.stream().map(RawKeepAlives::new).toList();
    for (int i = 0; i < ids.size(); i++) {
      calls.get(i % calls.size()).send(ids.get(i), 0);
    }
    int renewed = 0;
    for (RawKeepAlives call : calls) {
      try (call) {
        call.awaitAnswers(ids.size() / calls.size());
        assertThat(call.answers()).allSatisfy(answer -> {
          assertThat(answer.hasError()).as("%s", answer).isFalse();
          assertThat(answer.getTtlMillis()).isEqualTo(TTL.toMillis());
        });
        renewed += call.answered();
      }
    }
    assertThat(renewed).isEqualTo(ids.size());
  }

  /** T5: collected, so that no client decides how many entries the log has. */
  @Test
  void thousandsOfRenewalsOfOneCallBecomeFewEntries() {
    int renewals = 20_000;
    ServerProcess leader = cluster.awaitLeader();
    try (RawNode node = RawNode.connect(leader); Bystander other = Bystander.start(leader, "beside-renewals")) {
      List<Long> ids = LongStream.range(0, 3).map(i -> node.open(TTL)).boxed().toList();
      other.awaitMore(50);
      long appliedBefore = status(leader, NodeStatus::appliedIndex);
      long countedBefore = counted(node, "beside-renewals");
      long begun = System.nanoTime();
      try (RawKeepAlives call = new RawKeepAlives(node)) {
        for (int i = 0; i < renewals; i++) {
          call.send(ids.get(i % ids.size()), 0);
        }
        call.awaitAnswers(renewals);
        assertThat(call.answers()).extracting(KeepAliveResponse::getRequestId).as("each once").doesNotHaveDuplicates()
            .hasSize(renewals);
        assertThat(call.answers()).noneMatch(KeepAliveResponse::hasError);
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      long ofOthers = counted(node, "beside-renewals") - countedBefore;
      long entries = status(leader, NodeStatus::appliedIndex) - appliedBefore - ofOthers;
      System.out.printf("ManySessionsIT: %d renewals of one call in %.1f s, %d entries; beside it %s%n", renewals,
          seconds, entries, other);
      assertThat(entries).as("entries that are no count of the other session").isLessThan(20 + (long) (seconds * 15));
      assertThat(ofOthers).as("calls beside it").isGreaterThan((long) (seconds * 5));
      assertThat(other.longest()).isLessThan(CALL_MOST);
      ids.forEach(id -> node.sessions().close(CloseSessionRequest.newBuilder().setSessionId(id).build()));
    }
  }

  private static long status(ServerProcess node, Function<NodeStatus, Long> what) {
    return cluster.status(node).map(what).orElseThrow();
  }

  private static long counted(RawNode node, String key) {
    return Long.parseLong(node.kv().get(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build()).getKv()
        .getValue().toStringUtf8());
  }

  /** What took how long. */
  private static final class Stopwatch {
    private final StringBuilder laps = new StringBuilder();
    private long last = System.nanoTime();

    void lap(String what) {
      long now = System.nanoTime();
      laps.append(laps.isEmpty() ? "" : ", ").append(what).append(" in ").append((now - last) / 1_000_000)
          .append(" ms");
      last = now;
    }

    @Override
    public String toString() {
      return laps.toString();
    }
  }
}
