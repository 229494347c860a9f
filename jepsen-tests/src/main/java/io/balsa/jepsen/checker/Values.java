package io.balsa.jepsen.checker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands in arguments and results, which are what JSON knows. A history of another shape is refused. */
final class Values {
  private Values() {}

  static long number(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException("a number was expected, and there is " + value);
  }

  static String text(@Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("a text was expected, and there is " + value);
  }

  static List<?> list(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw new IllegalArgumentException("a list was expected, and there is " + value);
  }

  /** The number at this place of a list. */
  static long number(@Nullable Object list, int at) {
    return number(list(list).get(at));
  }

  /** The text at this place of a list. */
  static String text(@Nullable Object list, int at) {
    return text(list(list).get(at));
  }

  static List<Long> numbers(@Nullable Object list) {
    return list(list).stream().map(Values::number).toList();
  }
}
