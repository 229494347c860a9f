package io.balsa.server.recipe;

import io.balsa.client.BalsaClient;
import io.balsa.server.testing.Await;
import io.balsa.server.testing.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A node and two clients of it. */
final class ServedClients implements AutoCloseable {
  private final TestCluster cluster;
  final BalsaClient client;
  final BalsaClient other;

  ServedClients(Path directory) throws Exception {
    cluster = new TestCluster(directory, 1).startAll();
    cluster.leader();
    client = connect();
    other = connect();
  }

  BalsaClient connect() {
    return BalsaClient.builder().endpoints(cluster.nodes.get(0).address()).timeout(Duration.ofSeconds(30)).build();
  }

  static <T> T soon(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }

  /** Waits until so many stand in the queue of the lock. */
  void queued(String lock, int requests) {
    Await.until(requests + " wait for " + lock,
        () -> other.locks().describe(lock).map(info -> info.queue().size()).orElse(0) == requests);
  }

  @Override
  public void close() {
    client.close();
    other.close();
    cluster.close();
  }
}
