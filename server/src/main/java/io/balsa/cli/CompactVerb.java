package io.balsa.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code balsa compact R}. */
@Command(name = "compact",
    description = {"Gives up the history before revision R, and prints R: the oldest that can be read from then on.",
        "Nodes do so by themselves, too, see --compact-age and --compact-count of 'balsa server'."})
final class CompactVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "R",
      description = "A revision, 1 or more; 'balsa status' shows the newest.")
  private long revision;

  CompactVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (revision < 1) {
      throw new ParameterException(spec.commandLine(), "revision " + revision + " is none: give 1 or more");
    }
    client.call(connected -> {
      connected.unaryKv().compact(revision);
      return revision;
    });
    if (output.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeNumberField("compactedRevision", revision);
        json.writeEndObject();
      });
    } else {
      console.println(Long.toString(revision));
    }
    return ExitStatus.DONE;
  }
}
