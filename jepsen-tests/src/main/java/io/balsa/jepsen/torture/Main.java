package io.balsa.jepsen.torture;

import java.io.PrintWriter;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** {@code balsa torture}. */
public final class Main {
  private static final Logger LIBRARIES = Logger.getLogger("io.grpc");

  private Main() {}

  public static void main(String[] arguments) {
    LIBRARIES.setLevel(Level.OFF); // broken connections are what the suite makes
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    CommandLine commandLine = new CommandLine(new TortureCommand());
    commandLine.setOut(new PrintWriter(System.out, true));
    commandLine.setExpandAtFiles(false);
    commandLine.setParameterExceptionHandler(Main::wrongUsage);
    commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
      System.err.println("balsa torture: the suite itself failed, and there is no verdict:");
      failure.printStackTrace();
      return ExitStatus.UNDECIDED;
    });
    return commandLine.execute(arguments);
  }

  private static int wrongUsage(ParameterException wrong, String[] arguments) {
    String first = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("wrong usage");
    System.err.println("balsa torture: " + first + "; see 'balsa torture --help'");
    return ExitStatus.USAGE;
  }
}
