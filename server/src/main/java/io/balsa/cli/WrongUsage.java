package io.balsa.cli;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with the words of a command line, in one line. */
final class WrongUsage {
  private WrongUsage() {}

  /** What is wrong, and where the right use is told. */
  static String line(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    return withHelp(command, what(wrong, command));
  }

  /** What a verb found wrong by itself, and where the right use is told. */
  static String withHelp(CommandLine command, String what) {
    return what + "; see '" + command.getCommandSpec().qualifiedName() + " --help'";
  }

  private static String what(ParameterException wrong, CommandLine command) {
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      return unknown(command, unmatched.getUnmatched().getFirst())
          + (near.isEmpty() ? "" : " (did you mean " + String.join(" or ", near) + "?)");
    }
    if (wrong instanceof MissingParameterException missing) {
      List<String> unmatched = command.getUnmatchedArguments();
      // What is missing may be what was taken for an option.
      return unmatched.isEmpty() ? missing(missing) : unknown(command, unmatched.getFirst());
    }
    // Of the place of a parameter among the others its name says enough.
    return Failures.oneLine(wrong.getMessage()).replaceFirst("^Invalid value for option '([^']+)': ", "$1: ")
        .replaceFirst("^Invalid value for positional parameter(?: at index [0-9.*]+)? \\(([^)]+)\\): ", "$1: ");
  }

  private static String unknown(CommandLine command, String word) {
    boolean option = word.startsWith("-");
    boolean verb = !command.getSubcommands().isEmpty() && !option;
    boolean mayBeKey = option && !word.startsWith("--") && !command.getCommandSpec().positionalParameters().isEmpty();
    return "unknown " + (verb ? "verb" : option ? "option" : "argument") + " '" + word + "'"
        + (mayBeKey ? " (write -- before a word that begins with a dash)" : "");
  }

  private static String missing(MissingParameterException missing) {
    List<ArgSpec> arguments = missing.getMissing();
    if (arguments.size() == 1 && arguments.getFirst() instanceof OptionSpec option && !option.required()) {
      return option.longestName() + " takes a value: " + option.paramLabel();
    }
    String names = arguments.stream().map(WrongUsage::name).collect(Collectors.joining(" and "));
    return names + (arguments.size() == 1 ? " is missing" : " are missing");
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}
