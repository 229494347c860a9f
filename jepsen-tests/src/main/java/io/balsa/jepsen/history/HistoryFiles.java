package io.balsa.jepsen.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A history in all shapes in which others read it: {@code history.jsonl}, {@code history.edn} and, if it is one of registers, for each key
 * {@code knossos/N.edn} and {@code porcupine/etcd_N.log}, the latter only where Porcupine can read what the key held.
 */
public final class HistoryFiles {
  private HistoryFiles() {}

  /**
   * Writes them.
   *
   * @param directory is made if it is not there
   */
  public static void write(Path directory, List<Operation> history) throws IOException {
    Files.createDirectories(directory);
    HistoryFile.write(directory.resolve("history.jsonl"), history);
    EdnShape shape = EdnShape.of(history);
    EdnHistory.write(directory.resolve("history.edn"), history, shape);
    if (shape == EdnShape.REGISTERS) {
      writeKeys(directory, history);
    }
  }

  private static void writeKeys(Path directory, List<Operation> history) throws IOException {
    Map<Object, List<Operation>> keys = new LinkedHashMap<>();
    for (Operation operation : history) {
      keys.computeIfAbsent(EdnShape.key(operation), added -> new ArrayList<>()).add(operation);
    }
    Path knossos = Files.createDirectories(directory.resolve("knossos"));
    Path porcupine = Files.createDirectories(directory.resolve("porcupine"));
    int number = 0;
    for (List<Operation> ofKey : keys.values()) {
      String name = String.format(Locale.ROOT, "%03d", number++);
      EdnHistory.write(knossos.resolve(name + ".edn"),
          Stream.concat(Stream.of(EdnShape.nothing(first(ofKey))), ofKey.stream()).toList(), EdnShape.REGISTER);
      if (PorcupineLog.canTell(ofKey)) {
        PorcupineLog.write(porcupine.resolve("etcd_" + name + ".log"), ofKey);
      }
    }
  }

  /** Histories are in the order in which operations ended. */
  private static Operation first(List<Operation> history) {
    return Collections.min(history, Comparator.comparingLong(Operation::invoked));
  }
}
