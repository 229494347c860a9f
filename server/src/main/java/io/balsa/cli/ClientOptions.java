package io.balsa.cli;

import io.balsa.client.BalsaClient;
import io.balsa.client.routing.ReadBalance;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the cluster is and how long a call may take. */
final class ClientOptions {
  @Mixin
  private final EndpointOptions endpoints = new EndpointOptions();

  @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "5s", converter = Durations.class,
      description = "Of one call, like 500ms or 5s. Default: 5s")
  private Duration timeout = Duration.ofSeconds(5);

  List<String> endpoints() {
    return endpoints.endpoints();
  }

  Duration timeout() {
    if (timeout.isZero()) {
      throw VerbFailure.usage("--timeout must be more than nothing");
    }
    return timeout;
  }

  /**
   * Carries out one call, or a few, with a client whose calls have this timeout. Reads are served by any of the endpoints, so whoever
   * names one node reads there.
   */
  <T> T call(Function<BalsaClient, T> call) {
    try (BalsaClient connected = endpoints.client().timeout(timeout()).readBalance(ReadBalance.RANDOM).build()) {
      return call.apply(connected);
    }
  }
}
