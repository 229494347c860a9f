package io.balsa.cli;

import io.balsa.client.cluster.MemberOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a member's record may say besides its id and the address of its peers. */
final class MemberOptions {
  @Option(names = "--client-address", paramLabel = "H:P", converter = Addresses.class,
      description = "Where clients reach it. Default of a new one: where its peers do")
  private @Nullable String clientAddress;

  @Option(names = "--zone", paramLabel = "NAME",
      description = "A label: what fails together, such as a rack or a site.")
  private @Nullable String zone;

  @Option(names = "--priority", paramLabel = "N",
      description = "Among voters that are as good otherwise, leadership goes to the highest.")
  private @Nullable Integer priority;

  List<MemberOption> given() {
    List<MemberOption> options = new ArrayList<>();
    if (clientAddress != null) {
      options.add(MemberOption.clientAddress(clientAddress));
    }
    if (zone != null) {
      options.add(MemberOption.zone(zone));
    }
    if (priority != null) {
      options.add(MemberOption.priority(priority));
    }
    return options;
  }
}
