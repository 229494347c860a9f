package io.balsa.bench.store;

import io.balsa.bench.load.LoadClient;
import io.balsa.client.BalsaClient;
import java.util.concurrent.CompletableFuture;

/** Balsa by its SDK: operations follow each other on the stream of a session. */
final class BalsaSessionClient implements LoadClient {
  private final BalsaClient client;

  /** @param client is closed with this one */
  BalsaSessionClient(BalsaClient client) {
    this.client = client;
  }

  @Override
  public void put(String key, byte[] value, Answer answer) {
    tell(client.kv().putAsync(key, value), answer);
  }

  @Override
  public void get(String key, Answer answer) {
    tell(client.kv().getAsync(key), answer);
  }

  @Override
  public void incr(String key, Answer answer) {
    tell(client.kv().incrAsync("counter/" + key, 1), answer);
  }

  private static void tell(CompletableFuture<?> call, Answer answer) {
    CompletableFuture<?> unused = call.whenComplete((result, failure) -> answer.ended(failure));
  }

  @Override
  public void close() {
    client.close();
  }
}
