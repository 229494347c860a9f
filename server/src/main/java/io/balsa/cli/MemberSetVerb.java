package io.balsa.cli;

import io.balsa.client.cluster.MemberOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa member set N ...}. */
@Command(name = "set", description = "Changes what a member's record says; what is not named stays.")
final class MemberSetVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Mixin
  private final MemberOptions options = new MemberOptions();

  @Option(names = "--peer-address", paramLabel = "H:P", converter = Addresses.class,
      description = "Where the other nodes reach it.")
  private @Nullable String peerAddress;

  @Parameters(paramLabel = "N", description = "Its name.")
  private String id = "";

  MemberSetVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<MemberOption> given = new ArrayList<>(options.given());
    if (peerAddress != null) {
      given.add(MemberOption.peerAddress(peerAddress));
    }
    if (given.isEmpty()) {
      throw VerbFailure.usage("nothing is to be set: give --peer-address, --client-address, --zone or --priority");
    }
    client.call(connected -> {
      connected.cluster().update(id, given.toArray(MemberOption[]::new));
      return id;
    });
    if (output.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeEndObject();
      });
    } else {
      console.println(id + " is set");
    }
    return ExitStatus.DONE;
  }
}
