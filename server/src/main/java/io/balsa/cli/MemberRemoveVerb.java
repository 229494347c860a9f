package io.balsa.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code balsa member remove N}. */
@Command(name = "remove",
    description = {"Removes a member, whether it runs or not; its node stops, and its directory is of no use any more.",
        "Refused when those that are left would be no healthy majority."})
final class MemberRemoveVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Parameters(paramLabel = "N", description = "Its name.")
  private String id = "";

  MemberRemoveVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    client.call(connected -> {
      connected.cluster().remove(id);
      return id;
    });
    if (output.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeBooleanField("removed", true);
        json.writeEndObject();
      });
    } else {
      console.println(id + " is removed");
    }
    return ExitStatus.DONE;
  }
}
