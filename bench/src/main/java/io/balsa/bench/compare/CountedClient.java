package io.balsa.bench.compare;

import io.balsa.bench.load.LoadClient;
import java.util.concurrent.atomic.LongAdder;

/** Another client, whose puts that ended well are counted. */
final class CountedClient implements LoadClient {
  private final LoadClient client;
  private final LongAdder puts = new LongAdder();

  /** @param client stays the caller's */
  CountedClient(LoadClient client) {
    this.client = client;
  }

  long puts() {
    return puts.sum();
  }

  @Override
  public void put(String key, byte[] value, Answer answer) {
    client.put(key, value, failure -> {
      if (failure == null) {
        puts.increment();
      }
      answer.ended(failure);
    });
  }

  @Override
  public void get(String key, Answer answer) {
    client.get(key, answer);
  }

  @Override
  public void close() {}
}
