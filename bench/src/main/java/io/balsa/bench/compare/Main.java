package io.balsa.bench.compare;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** {@code balsa compare}. */
public final class Main {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  /** Held, so that its level stays. */
  private static final Logger LIBRARIES = Logger.getLogger("io.grpc");

  private Main() {}

  public static void main(String[] arguments) {
    LIBRARIES.setLevel(Level.OFF); // the connections of a store that has ended
    // Whoever ends this program in the middle of a turn ends the store as well.
    Runtime.getRuntime().addShutdownHook(new Thread(
        () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly), "end of the stores"));
    CommandLine commandLine = new CommandLine(new CompareCommand());
    commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    commandLine.setExpandAtFiles(false);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(Main::wrongUsage);
    commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
      System.err.println("balsa compare: " + failure);
      for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
        System.err.println("  because of " + cause);
      }
      return FAILED;
    });
    System.exit(commandLine.execute(arguments));
  }

  private static int wrongUsage(ParameterException wrong, String[] arguments) {
    String first = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("wrong usage");
    System.err.println("balsa compare: " + first + "; see 'balsa compare --help'");
    return USAGE;
  }
}
