package io.balsa.server.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much history is kept: what is older than the age, or more than the number of revisions, is compacted (A8).
 *
 * @param age       zero: history is not compacted by age
 * @param revisions 0: nor by number
 */
public record HistoryLimits(Duration age, long revisions) {
  public static final HistoryLimits DEFAULT = new HistoryLimits(Duration.ofHours(1), 1_000_000);

  private static final Pattern AGE = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

  /** An age as it is written, or null if this is none. */
  static @Nullable Duration parseAge(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher matcher = AGE.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
