package io.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.KvGrpc;
import io.balsa.proto.v1.LeaseGrantRequest;
import io.balsa.proto.v1.LeaseGrpc;
import io.balsa.proto.v1.LeaseKeepAliveRequest;
import io.balsa.proto.v1.LeaseKeepAliveResponse;
import io.balsa.proto.v1.LeaseTimeToLiveRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.PutResponse;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.StatusResponse;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.server.config.Setting;
import io.balsa.server.testing.Await;
import io.balsa.server.testing.Recorder;
import io.balsa.server.testing.TestCluster;
import io.balsa.server.testing.TestNode;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cluster's clock against real time (T1 to T4), on three real nodes. The load runs for {@code balsa.clock.seconds}, 8 by
 * default.
 */
class ClusterClockTest {
  private static final long LOAD_SECONDS = Long.getLong("balsa.clock.seconds", 8);
  /** A run in which leadership changed says nothing about the rate: the clock stands still then (T3). */
  private static final int RUNS_MAX = 3;
  private static final int IN_FLIGHT = 1_000;
  private static final int LEASE_KEYS = 5_000;
  private static final int TXN_KEYS = 500;

  @TempDir
  Path directory;

  /**
   * What the clock showed at some moment between the two.
   *
   * @param cutNanos time that T3's cap has cut off at the leader so far
   */
  private record Reading(long afterNanos, long beforeNanos, long clusterMillis, long cutNanos, long term) {
  }

  @Test
  void underTheHighestLoadTheClusterClockKeepsRealTime() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3)) {
      cluster.nodes.forEach(node -> node.flags.put(Setting.OPS_LISTEN, "127.0.0.1:0"));
      cluster.startAll();
      for (int run = 1; run <= RUNS_MAX; run++) {
        TestNode leader = cluster.leader();
        long atElection = read(leader).clusterMillis();
        Await.until("T3: the clock runs, an election timeout after the election",
            () -> read(leader).clusterMillis() > atElection);
        Reading first = read(leader);
        long writes = load(leader);
        if (leader.leads()) {
          Reading last = read(leader);
          if (last.term() == first.term()) {
            judge(first, last, writes);
            return;
          }
        }
      }
      throw new AssertionError("leadership changed in each of " + RUNS_MAX + " runs");
    }
  }

  private static void judge(Reading first, Reading last, long writes) {
    double shown = last.clusterMillis() - first.clusterMillis();
    double cut = (last.cutNanos() - first.cutNanos()) / 1e6;
    double atLeast = (last.afterNanos() - first.beforeNanos()) / 1e6;
    double atMost = (last.beforeNanos() - first.afterNanos()) / 1e6;
    String what = String.format("%d writes, %.0f to %.0f ms of real time, %.0f ms shown, %.0f ms cut off", writes,
        atLeast,
        atMost, shown, cut);
    assertThat(writes).as(what).isGreaterThan(1_000);
    // A millisecond each way, because the clock is told in whole ones.
    assertThat(shown - 1).as("T2: never fast; " + what).isLessThanOrEqualTo(atMost);
    assertThat(shown + cut + 1).as("T3: no time is lost but what is counted; " + what).isBetween(0.99 * atLeast,
        1.01 * atMost + 2);
    System.out.println("cluster clock: " + what);
  }

  /** After a write of this moment was applied, so that the clock shows this moment, and not the last entry of a while ago. */
  private static Reading read(TestNode leader) throws Exception {
    long afterNanos = System.nanoTime();
    leader.kv().put(put("now", 0));
    StatusResponse status = leader.status();
    long beforeNanos = System.nanoTime();
    return new Reading(afterNanos, beforeNanos, status.getClusterTimeMillis(), cutNanos(leader),
        status.getHeader().getTerm());
  }

  private static long cutNanos(TestNode node) throws Exception {
    URI metrics = URI.create("http://127.0.0.1:" + node.server().opsPort() + "/metrics");
    String text = HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString()).body();
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("balsa_raft_clock_cut_nanos ")) {
        return (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1));
      }
    }
    throw new AssertionError("no such metric: " + text);
  }

  /** As many writes as the node takes. @return how many were applied */
  private static long load(TestNode leader) throws InterruptedException {
    KvGrpc.KvFutureStub kv = KvGrpc.newFutureStub(leader.channel());
    Semaphore inFlight = new Semaphore(IN_FLIGHT);
    AtomicLong applied = new AtomicLong();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOAD_SECONDS);
    for (int i = 0; System.nanoTime() < end; i++) {
      inFlight.acquire();
      ListenableFuture<PutResponse> answer = kv.put(put("load/" + i % 10_000, 0));
      answer.addListener(() -> {
        applied.addAndGet(answer.state() == Future.State.SUCCESS ? 1 : 0);
        inFlight.release();
      }, MoreExecutors.directExecutor());
    }
    assertThat(inFlight.tryAcquire(IN_FLIGHT, 30, TimeUnit.SECONDS)).as("all are answered").isTrue();
    return applied.get();
  }

  /** T4: a lease is never split, so this one goes in one entry, at one revision; and nobody notices. */
  @Test
  void aLeaseOfFiveThousandKeysExpires() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3).startAll()) {
      TestNode leader = cluster.leader();
      LeaseGrpc.LeaseBlockingStub leases = LeaseGrpc.newBlockingStub(leader.channel());
      long lease = leases.grant(LeaseGrantRequest.newBuilder().setTtlMillis(8_000).build()).getLeaseId();
      Recorder<LeaseKeepAliveResponse> renewed = new Recorder<>();
      StreamObserver<LeaseKeepAliveRequest> keepAlive = LeaseGrpc.newStub(leader.channel()).keepAlive(renewed);
      long revision = 0;
      for (int from = 0; from < LEASE_KEYS; from += TXN_KEYS) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = from; i < from + TXN_KEYS; i++) {
          txn.addThenOps(TxnOp.newBuilder().setPut(put("leased/%04d".formatted(i), lease)));
        }
        revision = leader.kv().txn(txn.build()).getHeader().getRevision();
        keepAlive.onNext(LeaseKeepAliveRequest.newBuilder().setLeaseId(lease).build()); // however long it takes
      }
      assertThat(count(leader)).isEqualTo(LEASE_KEYS);
      assertThat(leases.timeToLive(LeaseTimeToLiveRequest.newBuilder().setLeaseId(lease).build()).getLease()
          .getKeyCount()).isEqualTo(LEASE_KEYS);
      long term = leader.status().getHeader().getTerm();
      AtomicInteger seenPartly = new AtomicInteger();
      Await.until("the keys are gone", () -> {
        long left = count(leader);
        seenPartly.addAndGet(left > 0 && left < LEASE_KEYS ? 1 : 0);
        return left == 0;
      });
      keepAlive.onCompleted();
      assertThat(renewed.values()).as("renewed meanwhile").isNotEmpty().noneMatch(LeaseKeepAliveResponse::hasError);
      assertThat(seenPartly).as("all or none").hasValue(0);
      StatusResponse status = leader.status();
      assertThat(status.getHeader().getRevision()).as("A5: one revision for all").isEqualTo(revision + 1);
      assertThat(status.getHeader().getTerm()).as("nobody was elected meanwhile").isEqualTo(term);
    }
  }

  private static long count(TestNode node) {
    long[] count = new long[1];
    node.kv().range(RangeRequest.newBuilder().setCountOnly(true).setRange(KeyRange.newBuilder()
        .setStart(ByteString.copyFromUtf8("leased/")).setEnd(ByteString.copyFromUtf8("leased0"))).build())
        .forEachRemaining(chunk -> count[0] = chunk.getCount());
    return count[0];
  }

  private static PutRequest put(String key, long lease) {
    return PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setValue(ByteString.copyFromUtf8("value"))
        .setLease(lease).build();
  }
}
