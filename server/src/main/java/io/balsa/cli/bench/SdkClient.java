package io.balsa.cli.bench;

import io.balsa.client.BalsaClient;
import io.balsa.client.kv.GetOption;
import io.balsa.client.kv.Kv;
import io.balsa.client.routing.ReadBalance;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The SDK as a client under load, through its session or without one. */
public final class SdkClient implements LoadClient {
  private final BalsaClient client;
  private final Kv kv;
  private final GetOption[] reading;

  private SdkClient(BalsaClient client, Kv kv, GetOption... reading) {
    this.client = client;
    this.kv = kv;
    this.reading = reading;
  }

  /**
   * @param balance where gets without a session go
   * @param reading how gets read
   */
  public static SdkClient connect(List<String> endpoints, Duration timeout, boolean session, ReadBalance balance,
      GetOption... reading) {
    BalsaClient client = BalsaClient.builder().endpoints(endpoints).readBalance(balance).build();
    return new SdkClient(client, (session ? client.kv() : client.unaryKv()).withTimeout(timeout), reading);
  }

  @Override
  public CompletionStage<?> put(byte[] key, byte[] value) {
    return kv.putAsync(key, value);
  }

  @Override
  public CompletionStage<Boolean> get(byte[] key) {
    return kv.getAsync(key, reading).thenApply(Optional::isPresent);
  }

  @Override
  public CompletionStage<?> incr(byte[] key) {
    return kv.incrAsync(key, 1);
  }

  @Override
  public void close() {
    client.close();
  }
}
