package io.balsa.jepsen.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A history as JSON lines, an operation a line. The fields have the names and the order of {@link Operation}, {@code completion} in small
 * letters; none is left out. What is read equals what was written; a whole number is read as a Long.
 */
public final class HistoryFile {
  private static final ObjectMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private HistoryFile() {}

  /** Replaces the file. */
  public static void write(Path file, Iterable<Operation> operations) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (Operation operation : operations) {
        writer.write(line(operation));
        writer.write('\n');
      }
    }
  }

  private static String line(Operation operation) throws JsonProcessingException {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("process", operation.process());
    fields.put("node", operation.node());
    fields.put("function", operation.function());
    fields.put("argument", operation.argument());
    fields.put("result", operation.result());
    fields.put("invoked", operation.invoked());
    fields.put("completed", operation.completed());
    fields.put("completion", operation.completion().name().toLowerCase(Locale.ROOT));
    fields.put("error", operation.error());
    return JSON.writeValueAsString(fields);
  }

  /**
   * Empty lines are left out.
   *
   * @throws IOException it cannot be read, or a line of it is no operation; the message says which
   */
  public static List<Operation> read(Path file) throws IOException {
    List<Operation> operations = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 1;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank()) {
          operations.add(operation(file, number, line));
        }
        number++;
      }
    }
    return operations;
  }

  private static Operation operation(Path file, int number, String line) throws IOException {
    try {
      return operation(JSON.readTree(line));
    } catch (JsonProcessingException | IllegalArgumentException | ArithmeticException e) {
      throw new IOException(file + ", line " + number + " is no operation: " + e.getMessage(), e);
    }
  }

  private static Operation operation(JsonNode line) throws JsonProcessingException {
    String completion = text(line, "completion").toUpperCase(Locale.ROOT);
    return new Operation(Math.toIntExact(number(line, "process")), text(line, "node"), text(line, "function"),
        value(line, "argument"), value(line, "result"), number(line, "invoked"), number(line, "completed"),
        Completion.valueOf(completion), field(line, "error").isNull() ? null : text(line, "error"));
  }

  private static JsonNode field(JsonNode line, String name) {
    JsonNode field = line.get(name);
    if (field == null) {
      throw new IllegalArgumentException("it has no field " + name);
    }
    return field;
  }

  private static String text(JsonNode line, String name) {
    JsonNode field = field(line, name);
    if (!field.isTextual()) {
      throw new IllegalArgumentException(name + " is no text: " + field);
    }
    return field.textValue();
  }

  private static long number(JsonNode line, String name) {
    JsonNode field = field(line, name);
    if (!field.isIntegralNumber() || !field.canConvertToLong()) {
      throw new IllegalArgumentException(name + " is no whole number: " + field);
    }
    return field.longValue();
  }

  private static @Nullable Object value(JsonNode line, String name) throws JsonProcessingException {
    return JSON.treeToValue(field(line, name), Object.class);
  }
}
