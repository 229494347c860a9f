package io.balsa.cli;

import io.balsa.cli.demo.Demo;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code balsa demo}. */
@Command(name = "demo", description = {
    "Shows what Balsa is for, in a minute: three servers; clients that count, pass a fair lock and move money; a leader "
        + "killed three times; a follower that loses its state and is repaired by a snapshot.",
    "Ends with 0 only if all is exact."})
final class DemoVerb implements Callable<Integer> {
  private final Console console;

  DemoVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    new Demo(console).run();
    return ExitStatus.DONE;
  }
}
