package io.balsa.jepsen.checker.append;

import io.balsa.jepsen.checker.append.MicroOperation.Append;
import io.balsa.jepsen.checker.append.MicroOperation.Read;
import io.balsa.jepsen.history.Completion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A history as text, a transaction a line: process, begin, end, outcome, and what it did. A read without elements saw
 * an empty list, one with a question mark was not answered. Keys have no white space and no semicolon.
 *
 * <pre>
 * 3 1000 2500 ok: append x 7; read x 5 6 7; read y
 * 4 1200 9000 unknown: read x ?
 * </pre>
 *
 * <p>Empty lines and those that begin with # are left out.
 */
final class HistoryFormat {
  private static final String NO_ANSWER = "?";

  private HistoryFormat() {}

  static List<RecordedTransaction> transactions(List<String> lines) {
    List<RecordedTransaction> all = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        all.add(transaction(line));
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new IllegalArgumentException("line " + (i + 1) + " is no transaction: " + line, e);
      }
    }
    return all;
  }

  private static RecordedTransaction transaction(String line) {
    int colon = line.indexOf(':');
    String[] head = line.substring(0, colon).split(" +", -1);
    List<MicroOperation> operations = new ArrayList<>();
    for (String operation : line.substring(colon + 1).split(";", -1)) {
      if (!operation.isBlank()) {
        operations.add(operation(operation.strip().split(" +")));
      }
    }
    return new RecordedTransaction(Integer.parseInt(head[0]), Long.parseLong(head[1]), Long.parseLong(head[2]),
        Completion.valueOf(head[3].toUpperCase(Locale.ROOT)), operations);
  }

  private static MicroOperation operation(String[] words) {
    return switch (words[0]) {
      case "append" -> new Append(words[1], Long.parseLong(words[2]));
      case "read" -> new Read(words[1], words.length == 3 && words[2].equals(NO_ANSWER) ? null
          : Arrays.stream(words).skip(2).map(Long::valueOf).toList());
      default -> throw new IllegalArgumentException("neither append nor read: " + words[0]);
    };
  }
}
