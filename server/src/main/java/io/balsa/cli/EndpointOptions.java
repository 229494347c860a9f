package io.balsa.cli;

import io.balsa.client.BalsaClient;
import io.balsa.client.BalsaClientBuilder;
import java.util.List;
import picocli.CommandLine.Option;

/** Where the cluster is. */
final class EndpointOptions {
  @Option(names = "--endpoints", paramLabel = "HOST:PORT,...",
      defaultValue = "${env:BALSA_ENDPOINTS:-127.0.0.1:7101,127.0.0.1:7102,127.0.0.1:7103}",
      description = "Some or all nodes (environment BALSA_ENDPOINTS); reads go to one of these."
          + " Default: 127.0.0.1:7101,7102,7103")
  private String endpoints = "";

  List<String> endpoints() {
    return Endpoints.parse(endpoints);
  }

  /** A client of that cluster, to be built. */
  BalsaClientBuilder client() {
    return BalsaClient.builder().endpoints(endpoints());
  }
}
