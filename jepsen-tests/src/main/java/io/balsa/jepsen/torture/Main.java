package io.balsa.jepsen.torture;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** {@code balsa torture}. */
public final class Main {
  private static final Logger LIBRARIES = Logger.getLogger("io.grpc");

  private static final Duration TIDY_MOST = Duration.ofSeconds(60);

  private Main() {}

  public static void main(String[] arguments) {
    LIBRARIES.setLevel(Level.OFF); // broken connections are what the suite makes
    CountDownLatch over = new CountDownLatch(1);
    endTidily(Thread.currentThread(), over);
    int status = ExitStatus.UNDECIDED;
    try {
      status = run(arguments);
    } catch (Throwable e) { // not to end like a run that is invalid
      System.err.println(HarnessFailure.text(e));
    } finally {
      over.countDown();
    }
    System.exit(status);
  }

  /** Ctrl-C ends a run where it is, and what it has made on this machine is removed first. */
  private static void endTidily(Thread main, CountDownLatch over) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      if (over.getCount() > 0) {
        main.interrupt();
      }
      try {
        if (!over.await(TIDY_MOST.toMillis(), TimeUnit.MILLISECONDS)) {
          System.err.println("balsa torture: the run does not end; the next one removes what it has made");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }, "tidy"));
  }

  static int run(String... arguments) {
    CommandLine commandLine = new CommandLine(new TortureCommand());
    commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    commandLine.setExpandAtFiles(false);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(Main::wrongUsage);
    commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
      if (failure instanceof InterruptedException) {
        System.err.println("balsa torture: interrupted");
        return ExitStatus.UNDECIDED;
      }
      System.err
          .println("balsa torture: the suite itself failed, and there is no verdict:\n" + HarnessFailure.text(failure));
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
