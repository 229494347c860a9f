package io.balsa.cli;

import io.balsa.client.lease.LeaseInfo;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa lease ttl ID}. */
@Command(name = "ttl", description = "Tells how long a lease still lives when nobody renews it.")
final class LeaseTtlVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(names = "--keys", description = "Tells the keys that hang on it, too.")
  private boolean keys;

  @Option(names = "--hex", description = "Keys are printed in hexadecimal.")
  private boolean hex;

  @Parameters(paramLabel = "ID", converter = LeaseId.class, description = "The lease.")
  private long id;

  LeaseTtlVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return client.call(connected -> {
      LeaseInfo lease = connected.leases().timeToLive(id);
      tell(lease, keys ? connected.leases().keys(id) : List.of());
      return ExitStatus.DONE;
    });
  }

  private void tell(LeaseInfo lease, List<byte[]> attached) {
    if (output.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        LeaseListVerb.fields(json, lease);
        if (keys) {
          json.writeArrayFieldStart("keys");
          for (byte[] key : attached) {
            json.writeStartObject();
            Json.bytes(json, "key", key, hex);
            json.writeEndObject();
          }
          json.writeEndArray();
        }
        json.writeEndObject();
      });
      return;
    }
    console.println((lease.session() ? "session " : "lease ") + id + ": " + Durations.text(lease.remaining())
        + " of " + Durations.text(lease.ttl()) + " are left; keys: " + Numbers.grouped(lease.keyCount())
        + (lease.session() ? ", lock requests: " + Numbers.grouped(lease.lockCount()) : ""));
    attached.forEach(key -> console.println("  " + Text.line(key, hex)));
  }
}
