package io.balsa.cli;

import io.balsa.client.cluster.MemberInfo;
import io.balsa.client.cluster.MemberOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code balsa member add N H:P}. */
@Command(name = "add", description = {"Adds a member and prints the command that starts its node.",
    "It is a learner, which gets the log and counts for nothing, until 'balsa member promote'."})
final class MemberAddVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Mixin
  private final MemberOptions options = new MemberOptions();

  @Parameters(index = "0", paramLabel = "N", description = "Its name.")
  private String id = "";

  @Parameters(index = "1", paramLabel = "H:P", converter = Addresses.class,
      description = "Where the other nodes reach it.")
  private String peerAddress = "";

  MemberAddVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<MemberInfo> members = client.call(connected -> connected.cluster()
        .addLearner(id, peerAddress, options.given().toArray(MemberOption[]::new)));
    String command = command(members);
    if (output.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeStringField("command", command);
        json.writeEndObject();
      });
    } else {
      console.note("added " + id + " as a learner; start its node with an empty data directory:");
      console.println(command);
    }
    return ExitStatus.DONE;
  }

  private String command(List<MemberInfo> members) {
    String clientAddress = members.stream().filter(member -> member.id().equals(id)).map(MemberInfo::clientAddress)
        .findFirst().orElse(peerAddress);
    String join = members.stream().filter(member -> !member.isReserved()).map(MemberInfo::peerAddress)
        .collect(Collectors.joining(","));
    return "balsa server --id " + id + " --data DIR --listen " + clientAddress
        + (clientAddress.equals(peerAddress) ? "" : " --peer-listen " + peerAddress) + " --join " + join;
  }
}
