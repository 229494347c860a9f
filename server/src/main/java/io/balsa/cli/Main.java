package io.balsa.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Where {@code bin/balsa} begins. */
@Command(name = "balsa", mixinStandardHelpOptions = true, version = "0.1.0-SNAPSHOT")
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
