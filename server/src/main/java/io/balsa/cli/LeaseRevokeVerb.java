package io.balsa.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code balsa lease revoke ID}. */
@Command(name = "revoke", description = {"Ends a lease now and prints how many keys went with it.",
    "Of a session: closes it, with its locks."})
final class LeaseRevokeVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Parameters(paramLabel = "ID", converter = LeaseId.class, description = "The lease.")
  private long id;

  LeaseRevokeVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    long deleted = client.call(connected -> connected.leases().revoke(id));
    if (output.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeNumberField("deleted", deleted);
        json.writeEndObject();
      });
    } else {
      console.println(Long.toString(deleted));
    }
    return ExitStatus.DONE;
  }
}
