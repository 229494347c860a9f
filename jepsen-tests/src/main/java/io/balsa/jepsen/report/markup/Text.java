package io.balsa.jepsen.report.markup;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as people read them. */
public final class Text {
  private static final double MICRO = 1e3;
  private static final double MILLI = 1e6;
  private static final double SECOND = 1e9;
  private static final int MINUTE = 60;

  private Text() {}

  /** A length of time, with three digits that count: {@code 1.23 s}. */
  public static String duration(long nanos) {
    if (nanos == 0) {
      return "0";
    }
    if (nanos < MICRO) {
      return nanos + " ns";
    }
    if (nanos < 999.5 * MICRO) {
      return threeDigits(nanos / MICRO) + " \u00b5s";
    }
    if (nanos < 999.5 * MILLI) {
      return threeDigits(nanos / MILLI) + " ms";
    }
    if (nanos < 2 * MINUTE * SECOND) {
      return threeDigits(nanos / SECOND) + " s";
    }
    long seconds = Math.round(nanos / SECOND);
    return seconds / MINUTE + " min " + String.format(Locale.ROOT, "%02d", seconds % MINUTE) + " s";
  }

  private static String threeDigits(double value) {
    return String.format(Locale.ROOT, value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value);
  }

  /** A moment of a run: {@code 12.345 s}. */
  public static String moment(long nanos) {
    return String.format(Locale.ROOT, "%.3f s", nanos / SECOND);
  }

  /** A count: {@code 12,345}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A rate: {@code 1,234}, {@code 12.3}. */
  public static String rate(double rate) {
    return String.format(Locale.ROOT, rate < 100 ? "%.1f" : "%,.0f", rate);
  }

  /** A share in percent, cut and not rounded: what is not all is never 100 %. */
  public static String share(double share) {
    return BigDecimal.valueOf(share).scaleByPowerOfTen(2).setScale(2, RoundingMode.DOWN) + " %";
  }

  /** Its beginning, if it is longer than that. */
  public static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "\u2026";
  }
}
