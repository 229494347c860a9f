package io.balsa.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code balsa completion}. */
@Command(name = "completion", description = "Prints the completion script for bash and zsh: source <(balsa completion)")
final class CompletionVerb implements Callable<Integer> {
  private final Console console;

  CompletionVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    console.print(AutoComplete.bash("balsa", Main.withAllVerbs(console)));
    return ExitStatus.DONE;
  }
}
