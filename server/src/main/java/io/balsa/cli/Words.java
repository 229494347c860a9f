package io.balsa.cli;

import io.balsa.cli.bench.LoadPlan;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How numbers, words that are one of a few, and names of files are read in all verbs: what is none is told without the words of
 * Java.
 */
final class Words {
  private Words() {}

  static void register(CommandLine command) {
    ITypeConverter<Long> ofLong = text -> number(text, Long::valueOf, "no whole number of 64 bits");
    ITypeConverter<Integer> ofInt = text -> number(text, Integer::valueOf, "no whole number of 32 bits");
    ITypeConverter<Double> ofDouble = text -> finite(text, number(text, Double::valueOf, "no number"));
    command.registerConverter(long.class, ofLong).registerConverter(Long.class, ofLong)
        .registerConverter(int.class, ofInt).registerConverter(Integer.class, ofInt)
        .registerConverter(double.class, ofDouble).registerConverter(Path.class, Words::path);
    oneOf(command, OutputOptions.Format.class);
    oneOf(command, BenchVerb.Api.class);
    oneOf(command, BenchVerb.From.class);
    oneOf(command, LoadPlan.Operation.class);
    oneOf(command, CompletionVerb.Shell.class);
  }

  private static <N> N number(String text, Function<String, N> number, String otherwise) {
    try {
      return number.apply(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is " + otherwise);
    }
  }

  private static double finite(String text, double number) {
    if (!Double.isFinite(number)) {
      throw new TypeConversionException("'" + text + "' is no number");
    }
    return number;
  }

  /** An empty one would stand for the working directory: more likely a variable that is not set. */
  private static Path path(String text) {
    if (text.isEmpty()) {
      throw new TypeConversionException("the name is empty");
    }
    return Path.of(text);
  }

  private static <E extends Enum<E>> void oneOf(CommandLine command, Class<E> words) {
    command.registerConverter(words,
        text -> constants(words).filter(constant -> constant.toString().equalsIgnoreCase(text))
            .findFirst().orElseThrow(() -> new TypeConversionException("'" + text + "' is none of "
                + constants(words).map(Enum::toString).collect(Collectors.joining(", ")))));
  }

  private static <E extends Enum<E>> Stream<E> constants(Class<E> words) {
    return Arrays.stream(words.getEnumConstants());
  }
}
