package io.balsa.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code balsa completion [bash|zsh]}. */
@Command(name = "completion",
    description = "Prints what makes bash and zsh complete verbs, options and their values when Tab is pressed.",
    footer = {"", "For this shell:  source <(balsa completion)", //
        "For every one:   balsa completion >~/.balsa-completion", //
        "                 and the line 'source ~/.balsa-completion' in ~/.bashrc,", //
        "                 or in ~/.zshrc, behind compinit. There is none for others."})
final class CompletionVerb implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "0..1", paramLabel = "bash|zsh", defaultValue = "bash",
      description = "Both get the same script. Default: bash")
  private Shell shell = Shell.BASH;

  CompletionVerb(Console console) {
    this.console = console;
  }

  /** Those that understand the script. */
  enum Shell {
    BASH,
    ZSH;

    /** As it is typed, and as shells complete it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() {
    console.print(switch (shell) {
      case BASH, ZSH -> AutoComplete.bash("balsa", Main.withAllVerbs(console));
    });
    return ExitStatus.DONE;
  }
}
