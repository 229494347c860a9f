package io.balsa.cli;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** Where the cluster is and how long a call may take. */
final class ClientOptions {
  @Option(names = "--endpoints", paramLabel = "HOST:PORT,...",
      defaultValue = "${env:BALSA_ENDPOINTS:-127.0.0.1:7101,127.0.0.1:7102,127.0.0.1:7103}",
      description = "Some or all nodes (environment BALSA_ENDPOINTS). Default: 127.0.0.1:7101,7102,7103")
  private String endpoints = "";

  @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "5s", converter = Durations.class,
      description = "Of one call, like 500ms or 5s. Default: 5s")
  private Duration timeout = Duration.ofSeconds(5);

  List<String> endpoints() {
    return Endpoints.parse(endpoints);
  }

  Duration timeout() {
    if (timeout.isZero()) {
      throw VerbFailure.usage("--timeout must be more than nothing");
    }
    return timeout;
  }
}
