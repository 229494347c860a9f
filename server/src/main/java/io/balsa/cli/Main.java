package io.balsa.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/** Where every run of the program begins. */
public final class Main {
  /** Set by bin/balsa: OFF for a verb, unless the user wants to see what its libraries do. */
  private static final String LOG_LEVEL = "balsa.log.level";
  private static final String NO_LOGS = "OFF";
  /** What the JVM makes of bytes that are no text: of all of them the same. */
  private static final char NO_TEXT = '\ufffd';

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(Console.standard(), args));
  }

  /** Runs one verb and returns what the process shall end with. */
  static int run(Console console, String... args) {
    if (NO_LOGS.equals(System.getProperty(LOG_LEVEL))) {
      keepLibrariesQuiet();
    } else {
      LibraryLog.install();
    }
    try {
      if (Arrays.stream(args).anyMatch(word -> word.indexOf(NO_TEXT) >= 0)) {
        throw VerbFailure
            .usage("a word of the command line holds bytes that are no UTF-8, and would become others: give keys "
                + "with --hex, values on standard input; see 'balsa put --help'");
      }
      int status = commandLine(console, args).execute(args);
      try {
        console.flush();
      } catch (Console.OutputFailure e) {
        if (status == ExitStatus.DONE) {
          throw e; // else why it failed was said, and may have been this
        }
      }
      return status;
    } catch (Throwable e) { // a broken installation, no memory, standard output that cannot be written: told, like anything
      return fail(console, e);
    }
  }

  /** Only the verb that was named is built: reading the options of all of them takes longer than most verbs do. */
  private static CommandLine commandLine(Console console, String... args) {
    CommandLine commandLine = new CommandLine(new Root(console));
    List<Verb> verbs = args.length == 0 ? Verb.all() : Verb.named(args[0]).map(List::of).orElseGet(Verb::all);
    for (Verb verb : verbs) {
      commandLine.addSubcommand(verb.word(), verb.create(console));
    }
    // Help that cannot be written stays in the buffer, and the last flush says so.
    commandLine.setOut(new PrintWriter(new OutputStreamWriter(console.out(), StandardCharsets.UTF_8)));
    commandLine.setExecutionExceptionHandler((failure, command, parsed) -> fail(console, failure, command));
    commandLine.setParameterExceptionHandler((wrong, arguments) -> {
      console.note("balsa: " + WrongUsage.line(wrong));
      return ExitStatus.USAGE;
    });
    Words.register(commandLine);
    commandLine.setExpandAtFiles(false); // a key, a value or a word of another command may begin with @
    return commandLine;
  }

  /** For shell completion, which has to know all verbs. */
  static CommandLine withAllVerbs(Console console) {
    return commandLine(console);
  }

  private static int fail(Console console, Throwable failure) {
    return tell(console, Failures.tell(failure));
  }

  private static int fail(Console console, Throwable failure, CommandLine command) {
    VerbFailure told = Failures.tell(failure);
    return tell(console, told.status() == ExitStatus.USAGE
        ? VerbFailure.usage(WrongUsage.withHelp(command, told.getMessage()))
        : told);
  }

  private static int tell(Console console, VerbFailure told) {
    if (!told.getMessage().isEmpty()) {
      console.note("balsa: " + told.getMessage());
    }
    return told.status();
  }

  /**
   * Starting Logback takes longer than a verb, and there is nothing to log. Must run before the first logger is made.
   */
  private static void keepLibrariesQuiet() {
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    System.setProperty("java.util.logging.config.class", NoLogging.class.getName());
  }

  /** A configuration of java.util.logging that adds no handler. */
  public static final class NoLogging {
    public NoLogging() {}
  }
}
