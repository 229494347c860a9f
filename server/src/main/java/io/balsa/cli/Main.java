package io.balsa.cli;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

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
                + "with --hex, values on standard input");
      }
      int status = commandLine(console, args).execute(args);
      console.flush();
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
    commandLine.setExecutionExceptionHandler((failure, command, parsed) -> fail(console, failure));
    commandLine.setParameterExceptionHandler((wrong, arguments) -> wrongUsage(console, wrong));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExpandAtFiles(false); // a key, a value or a word of another command may begin with @
    return commandLine;
  }

  /** For shell completion, which has to know all verbs. */
  static CommandLine withAllVerbs(Console console) {
    return commandLine(console);
  }

  private static int fail(Console console, Throwable failure) {
    VerbFailure told = Failures.tell(failure);
    if (!told.getMessage().isEmpty()) {
      console.note("balsa: " + told.getMessage());
    }
    return told.status();
  }

  private static int wrongUsage(Console console, ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().getFirst();
      boolean verb = !command.getSubcommands().isEmpty() && !first.startsWith("-");
      console.note(
          "balsa: unknown " + (verb ? "verb" : first.startsWith("-") ? "option" : "argument") + " '" + first + "'");
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        console.note("Did you mean: " + String.join(" or ", suggestions) + "?");
      }
    } else {
      console.note("balsa: " + Failures.oneLine(wrong.getMessage()));
    }
    console.note("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitStatus.USAGE;
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
