package io.balsa.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.balsa.proto.v1.KvGrpc;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.PutResponse;
import io.balsa.server.config.Setting;
import io.balsa.server.testing.TestCluster;
import io.balsa.server.testing.TestNode;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a put costs when many are under way: counted, not timed, so that it says the same on a slow machine. A write path that syncs, or
 * sends, for every entry by itself would be far outside these bounds; seen were 31 puts a sync, 0.13 messages and 26 kB a put.
 */
class WriteCostTest {
  private static final int PUTS = 20_000;
  private static final int IN_FLIGHT = 256;
  private static final ByteString VALUE = ByteString.copyFrom(new byte[256]);

  @TempDir
  private Path directory;

  @Test
  @Timeout(120)
  void manyPutsShareASync_aMessage_andTakeLittleMemory() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3).with(Setting.OPS_LISTEN, "127.0.0.1:0").startAll()) {
      TestNode leader = cluster.leader();
      put(leader, PUTS); // until what is done once is done
      Cost before = Cost.of(leader);
      put(leader, PUTS);
      Cost after = Cost.of(leader);
      assertThat(cluster.leader()).as("one node led all the time").isSameAs(leader);

      assertThat(PUTS / (after.syncs - before.syncs)).as("puts a sync of the leader's log").isGreaterThan(8);
      assertThat((after.sent - before.sent) / PUTS).as("messages of the leader to its peers, a put").isLessThan(0.5);
      // The client, which runs in this process as well, takes about as much as a node.
      assertThat((after.allocated - before.allocated) / PUTS).as("bytes allocated by three nodes and a client, a put")
          .isLessThan(40_000);
    }
  }

  /** Since the process began. */
  private record Cost(double syncs, double sent, double allocated) {
    static Cost of(TestNode node) throws IOException, InterruptedException {
      HttpRequest asked = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.server().opsPort() + "/metrics"))
          .build();
      String metrics;
      try (HttpClient http = HttpClient.newHttpClient()) {
        metrics = http.send(asked, BodyHandlers.ofString(UTF_8)).body();
      }
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      return new Cost(value(metrics, "balsa_log_sync_count"), value(metrics, "balsa_peers_sent"),
          threads.getTotalThreadAllocatedBytes());
    }

    private static double value(String metrics, String name) {
      return metrics.lines().filter(line -> line.startsWith(name + " ")).findFirst()
          .map(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .orElseThrow(() -> new AssertionError("no " + name + " in\n" + metrics));
    }
  }

  private static void put(TestNode leader, int count) throws InterruptedException {
    KvGrpc.KvStub kv = KvGrpc.newStub(leader.channel()).withDeadlineAfter(60, TimeUnit.SECONDS);
    Semaphore room = new Semaphore(IN_FLIGHT);
    AtomicInteger failed = new AtomicInteger();
    for (int i = 0; i < count; i++) {
      room.acquire();
      kv.put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("key" + i % 5_000)).setValue(VALUE).build(),
          new StreamObserver<>() {
            @Override
            public void onNext(PutResponse response) {
            }

            @Override
            public void onError(Throwable failure) {
              failed.incrementAndGet();
              room.release();
            }

            @Override
            public void onCompleted() {
              room.release();
            }
          });
    }
    room.acquire(IN_FLIGHT);
    assertThat(failed).hasValue(0);
  }
}
