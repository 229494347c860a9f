package io.balsa.jepsen.history;

import io.balsa.jepsen.history.Edn.Keyword;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A history as Jepsen keeps it, an event a line: {@code :invoke}, then {@code :ok}, {@code :fail}, or {@code :info} where the outcome is
 * unknown, in the order of time and numbered from 0.
 */
public final class EdnHistory {
  private EdnHistory() {}

  /** Replaces the file. */
  public static void write(Path file, List<Operation> operations, EdnShape shape) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      int index = 0;
      for (Event event : Event.of(operations)) {
        writer.write(line(event, index++, shape));
        writer.write('\n');
      }
    }
  }

  private static String line(Event event, int index, EdnShape shape) {
    Operation operation = event.operation();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("index", index);
    fields.put("time", event.time());
    fields.put("process", operation.process());
    fields.put("type", event.begin() ? new Keyword("invoke") : shape.type(operation));
    fields.put("f", new Keyword(operation.function()));
    fields.put("value",
        event.begin() || operation.completion() != Completion.OK ? shape.begin(operation) : shape.end(operation));
    fields.put("node", operation.node());
    if (!event.begin() && operation.error() != null) {
      fields.put("error", operation.error());
    }
    return fields.entrySet().stream().map(field -> new Keyword(field.getKey()) + " " + Edn.text(field.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
