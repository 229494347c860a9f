package io.balsa.jepsen.checker.linear;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Histories of registers as text, an operation a line: process, begin, end, outcome, what was done, what was answered.
 *
 * <pre>
 * 0 10 20 ok: cas x 1 2 -> true
 * </pre>
 */
final class Lines {
  private Lines() {}

  static List<Operation> operations(String lines) {
    return lines.lines().filter(line -> !line.isBlank()).map(Lines::operation).toList();
  }

  private static Operation operation(String line) {
    String[] halves = line.strip().split(": ", -1);
    String[] head = halves[0].split(" ", -1);
    String[] done = halves[1].split(" -> ", -1);
    String[] words = done[0].split(" ", -1);
    List<Object> argument = new ArrayList<>();
    for (int i = 1; i < words.length; i++) {
      argument.add(i == 1 ? words[i] : value(words[i]));
    }
    return new Operation(Integer.parseInt(head[0]), "n" + head[0], words[0], argument,
        done.length == 1 ? null : value(done[1]), Long.parseLong(head[1]), Long.parseLong(head[2]),
        Completion.valueOf(head[3].toUpperCase(Locale.ROOT)), null);
  }

  private static Object value(String word) {
    return switch (word) {
      case "nil" -> null;
      case "true", "false" -> Boolean.valueOf(word);
      default -> Long.valueOf(word);
    };
  }
}
