package io.balsa.jepsen.history;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values as EDN, the notation of Clojure. */
final class Edn {
  private Edn() {}

  /** A name: {@code :name}. */
  record Keyword(String name) {
    @Override
    public String toString() {
      return ":" + name;
    }
  }

  /**
   * On one line. Null is nil, a list a vector.
   *
   * @throws IllegalArgumentException it is none of what an {@link Operation} may hold
   */
  static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "nil";
      case Boolean is -> is.toString();
      case Number number -> number.toString();
      case Keyword keyword -> keyword.toString();
      case String text -> quoted(text);
      case List<?> list -> list.stream().map(Edn::text).collect(Collectors.joining(" ", "[", "]"));
      case Map<?, ?> map -> map.entrySet().stream().map(entry -> text(entry.getKey()) + " " + text(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
      default -> throw new IllegalArgumentException("no value of a history: " + value.getClass() + " " + value);
    };
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
