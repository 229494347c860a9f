package io.balsa.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code balsa member list|add|promote|remove|set}. */
@Command(name = "member", synopsisSubcommandLabel = "VERB",
    description = {"The members of the cluster: one change at a time, while it serves.",
        "A node is added as a learner, started with --join, and promoted when it has caught up."})
final class MemberVerb implements Callable<Integer> {
  @Spec
  private CommandSpec spec = CommandSpec.create();

  static void addVerbs(CommandLine command, Console console) {
    command.addSubcommand(new MemberListVerb(console)).addSubcommand(new MemberAddVerb(console))
        .addSubcommand(new MemberPromoteVerb(console)).addSubcommand(new MemberRemoveVerb(console))
        .addSubcommand(new MemberSetVerb(console));
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(),
        "what is to be done with the members? One of " + String.join(", ", spec.subcommands().keySet()));
  }
}
