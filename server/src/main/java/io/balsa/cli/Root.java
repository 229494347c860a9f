package io.balsa.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code balsa} without a verb. */
@Command(name = "balsa", mixinStandardHelpOptions = true, versionProvider = Root.Version.class,
    description = "A strongly consistent, replicated key-value store.", subcommands = CommandLine.HelpCommand.class,
    synopsisSubcommandLabel = "VERB", commandListHeading = "%nVerbs:%n", footer = {
        "", "Start with 'balsa demo', or with 'balsa up' in one terminal and 'balsa put greeting hello' in another.",
        "'balsa VERB --help' tells the options of a verb.", "",
        "Exit status: 0 done, 1 refused or not found, 2 wrong usage, 3 unavailable or outcome unknown."})
final class Root implements Callable<Integer> {
  private final Console console;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  Root(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    console.note(spec.commandLine().getUsageMessage().stripTrailing());
    throw new ParameterException(spec.commandLine(), "a verb is missing");
  }

  /** {@code --version}. */
  static final class Version implements IVersionProvider {
    /** As the jar says; classes that were not packed have none. */
    private static String text() {
      String version = Root.class.getPackage().getImplementationVersion();
      return version == null ? "(not packed)" : version;
    }

    @Override
    public String[] getVersion() {
      return new String[]{"balsa " + text()};
    }
  }
}
