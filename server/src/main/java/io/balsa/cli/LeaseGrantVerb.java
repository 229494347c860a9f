package io.balsa.cli;

import io.balsa.client.lease.Lease;
import io.balsa.client.lease.LeaseOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code balsa lease grant TTL}. */
@Command(name = "grant", description = {"Makes a lease and prints its id.",
    "Nobody renews it until 'balsa lease keep-alive' or a client does."})
final class LeaseGrantVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Parameters(paramLabel = "TTL", converter = Durations.class,
      description = "How long it lives after its last renewal, like 30s or 500ms.")
  private Duration ttl = Duration.ZERO;

  LeaseGrantVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (ttl.isZero()) {
      throw VerbFailure.usage("a TTL must be more than nothing");
    }
    client.call(connected -> {
      Lease lease = connected.leases().grant(ttl, LeaseOption.MANUAL);
      lease.detach();
      tell(lease);
      return lease;
    });
    return ExitStatus.DONE;
  }

  private void tell(Lease lease) {
    if (output.json()) {
      write(console, lease);
    } else {
      console.println(Long.toString(lease.id()));
    }
  }

  /** A lease as a document. */
  static void write(Console console, Lease lease) {
    Json.document(console, json -> {
      json.writeStartObject();
      json.writeNumberField("id", lease.id());
      json.writeNumberField("ttlMillis", lease.ttl().toMillis());
      json.writeEndObject();
    });
  }
}
