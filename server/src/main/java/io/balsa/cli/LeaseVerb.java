package io.balsa.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code balsa lease grant|keep-alive|revoke|ttl|list}. */
@Command(name = "lease", synopsisSubcommandLabel = "VERB", commandListHeading = "%nVerbs:%n", description = {
    "Leases: keys that are put with --lease go when nobody renewed their lease for its TTL.",
    "Times are the cluster's own: they stand still while it has no leader."})
final class LeaseVerb implements Callable<Integer> {
  @Spec
  private CommandSpec spec = CommandSpec.create();

  static void addVerbs(CommandLine command, Console console) {
    command.addSubcommand(new LeaseGrantVerb(console)).addSubcommand(new LeaseKeepAliveVerb(console))
        .addSubcommand(new LeaseRevokeVerb(console)).addSubcommand(new LeaseTtlVerb(console))
        .addSubcommand(new LeaseListVerb(console));
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(),
        "what is to be done with leases? One of " + String.join(", ", spec.subcommands().keySet()));
  }
}
