package io.balsa.cli;

import io.balsa.client.kv.Kv;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the verbs on keys have in common. */
final class KvOptions {
  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(names = "--hex", description = "Keys, and the values that are printed, are hexadecimal.")
  private boolean hex;

  boolean hex() {
    return hex;
  }

  boolean json() {
    return output.json();
  }

  /** The bytes of a key, or of a prefix, which may be empty. */
  byte[] bytes(String argument) {
    return Text.bytes(argument, hex);
  }

  /**
   * Carries out one call. It has no session: a session would cost two round trips through the log, and a mutation is sent once
   * anyway.
   */
  <T> T call(Function<Kv, T> call) {
    return client.call(connected -> call.apply(connected.unaryKv()));
  }
}
