package io.balsa.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code balsa snapshot save|status|restore}. */
@Command(name = "snapshot", synopsisSubcommandLabel = "VERB", commandListHeading = "%nVerbs:%n",
    description = "Backups: the whole store as of one moment, in one file, taken while the cluster serves.")
final class SnapshotVerb implements Callable<Integer> {
  @Spec
  private CommandSpec spec = CommandSpec.create();

  static void addVerbs(CommandLine command, Console console) {
    command.addSubcommand(new SnapshotSaveVerb(console)).addSubcommand(new SnapshotStatusVerb(console))
        .addSubcommand(new SnapshotRestoreVerb(console));
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(),
        "what is to be done with a snapshot? One of " + String.join(", ", spec.subcommands().keySet()));
  }
}
