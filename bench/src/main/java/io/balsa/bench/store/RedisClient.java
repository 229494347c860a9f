package io.balsa.bench.store;

import io.balsa.bench.load.LoadClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Redis by Lettuce. */
final class RedisClient implements LoadClient {
  private final io.lettuce.core.RedisClient client;
  private final List<StatefulRedisConnection<String, byte[]>> open = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();

  RedisClient(String host, int port, int connections) {
    client = io.lettuce.core.RedisClient.create(RedisURI.create(host, port));
    for (int i = 0; i < connections; i++) {
      open.add(client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)));
    }
  }

  private StatefulRedisConnection<String, byte[]> connection() {
    return open.get((next.getAndIncrement() & Integer.MAX_VALUE) % open.size());
  }

  @Override
  public void put(String key, byte[] value, Answer answer) {
    connection().async().set(key, value).whenComplete((done, failure) -> answer.ended(failure));
  }

  @Override
  public void get(String key, Answer answer) {
    connection().async().get(key).whenComplete((value, failure) -> answer
        .ended(failure == null && value == null ? new IllegalStateException("there is no " + key) : failure));
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
  }
}
