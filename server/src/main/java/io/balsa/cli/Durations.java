package io.balsa.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as people write them: {@code 500ms}, {@code 5s}, {@code 2m}, {@code 1h}, {@code 7d}; a bare number is seconds. */
public final class Durations implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m|h|d)?");

  /** A lifetime or two: so that every duration can be counted in nanoseconds. */
  private static final double MILLIS_MAX = 200.0 * 365 * 24 * 3_600_000;

  @Override
  public Duration convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + text + "' is not a duration: write it like 500ms, 5s, 2m or 1h");
    }
    double number = Double.parseDouble(matcher.group(1));
    String unit = matcher.group(2) == null ? "s" : matcher.group(2);
    double millis = switch (unit) {
      case "ms" -> number;
      case "m" -> number * 60_000;
      case "h" -> number * 3_600_000;
      case "d" -> number * 24 * 3_600_000;
      default -> number * 1000;
    };
    if (millis > MILLIS_MAX) {
      throw new TypeConversionException("'" + text + "' is too long: 200 years at most");
    }
    return Duration.ofMillis(Math.round(millis));
  }

  /** For people: {@code 87 ms}, {@code 1.24 s}, {@code 12 min 3 s}, {@code 2 h}. */
  public static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return millis % 1000 == 0 ? millis / 1000 + " s"
          : Numbers.decimals(millis / 1000.0, millis < 10_000 ? 2 : 1) + " s";
    }
    return Stream
        .of(part(duration.toHours(), "h"), part(duration.toMinutesPart(), "min"), part(duration.toSecondsPart(), "s"))
        .filter(part -> !part.isEmpty()).collect(Collectors.joining(" "));
  }

  private static String part(long number, String unit) {
    return number == 0 ? "" : number + " " + unit;
  }
}
