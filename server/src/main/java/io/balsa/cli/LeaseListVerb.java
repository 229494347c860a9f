package io.balsa.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.balsa.client.lease.LeaseInfo;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code balsa lease list}. */
@Command(name = "list", description = "Shows every lease, the sessions of clients included.")
final class LeaseListVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  LeaseListVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<LeaseInfo> leases = client.call(connected -> connected.leases().list());
    if (output.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeArrayFieldStart("leases");
        for (LeaseInfo lease : leases) {
          json.writeStartObject();
          fields(json, lease);
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
      });
      return ExitStatus.DONE;
    }
    Table table = new Table(">ID", "KIND", ">TTL", ">LEFT", ">KEYS", ">LOCK REQUESTS");
    leases.forEach(lease -> table.row(Long.toString(lease.id()), lease.session() ? "session" : "lease",
        Durations.text(lease.ttl()), Durations.text(lease.remaining()), Numbers.grouped(lease.keyCount()),
        Numbers.grouped(lease.lockCount())));
    table.lines("").forEach(console::println);
    return ExitStatus.DONE;
  }

  /** What there is to say of a lease. */
  static void fields(JsonGenerator json, LeaseInfo lease) throws IOException {
    json.writeNumberField("id", lease.id());
    json.writeBooleanField("session", lease.session());
    json.writeNumberField("ttlMillis", lease.ttl().toMillis());
    json.writeNumberField("remainingMillis", lease.remaining().toMillis());
    json.writeNumberField("keyCount", lease.keyCount());
    json.writeNumberField("lockCount", lease.lockCount());
  }
}
