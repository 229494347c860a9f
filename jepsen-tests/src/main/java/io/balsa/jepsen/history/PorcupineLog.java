package io.balsa.jepsen.history;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The history of one register as the lines that Jepsen once logged and that Porcupine's tests of etcd read. There what never ends is of
 * unknown outcome, and a cas that fails is one that did not match; so operations that failed are left out, and so are reads without an
 * answer.
 */
public final class PorcupineLog {
  private PorcupineLog() {}

  /**
   * Replaces the file.
   *
   * @param operations of one key; values are whole numbers from 0, and no cas expects that there is none
   * @throws IllegalArgumentException they are not: Porcupine would pass over the line in silence
   */
  public static void write(Path file, List<Operation> operations) throws IOException {
    List<Operation> told = told(operations);
    if (!told.stream().allMatch(PorcupineLog::fits)) {
      throw new IllegalArgumentException("Porcupine cannot read all of this: " + told.getFirst() + " ...");
    }
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (Event event : Event.of(told)) {
        Operation operation = event.operation();
        if (event.begin()) {
          writer.write(line(operation, ":invoke", EdnShape.REGISTER.begin(operation)));
        } else if (operation.completion() == Completion.OK) {
          writer.write(line(operation, EdnShape.REGISTER.type(operation).toString(), EdnShape.REGISTER.end(operation)));
        }
      }
    }
  }

  /** Whether all values are such as {@link #write} asks for. */
  public static boolean canTell(List<Operation> operations) {
    return told(operations).stream().allMatch(PorcupineLog::fits);
  }

  private static List<Operation> told(List<Operation> operations) {
    return operations.stream()
        .filter(operation -> operation.completion() == Completion.OK
            || (operation.completion() == Completion.UNKNOWN && !operation.function().equals("read")))
        .toList();
  }

  private static boolean fits(Operation operation) {
    Object value = EdnShape.REGISTER.end(operation);
    return switch (operation.function()) {
      case "read" -> value == null || isNumber(value);
      case "write" -> isNumber(value);
      case "cas" -> value instanceof List<?> both && both.stream().allMatch(PorcupineLog::isNumber);
      default -> false;
    };
  }

  private static boolean isNumber(@Nullable Object value) {
    return value instanceof Long number && number >= 0;
  }

  private static String line(Operation operation, String type, @Nullable Object value) {
    return "INFO  jepsen.util - " + operation.process() + "\t" + type + "\t:" + operation.function() + "\t"
        + Edn.text(value) + "\n";
  }
}
