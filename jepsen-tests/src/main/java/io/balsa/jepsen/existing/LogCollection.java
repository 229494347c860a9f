package io.balsa.jepsen.existing;

import io.balsa.jepsen.nemesis.Target;
import io.balsa.jepsen.site.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fetches what nodes said since it was made, by a command of the user's. */
public final class LogCollection {
  private static final Duration MOST = Duration.ofMinutes(1);

  private final @Nullable String command;
  private final Path directory;
  private final Instant began = Instant.now();

  LogCollection(@Nullable String command, Path directory) {
    this.command = command;
    this.directory = directory;
  }

  /** Nothing is fetched. */
  public static LogCollection none() {
    return new LogCollection(null, Path.of(""));
  }

  /** A file for each node; what the command says when it fails stands in it. None without a command. */
  Map<String, Path> collect(List<Target.Node> nodes) {
    Map<String, Path> files = new LinkedHashMap<>();
    if (command == null) {
      return files;
    }
    for (Target.Node node : nodes) {
      Map<String, String> variables = new HashMap<>(NodeVariables.of(node, List.of()));
      variables.put("RUN_BEGAN", Long.toString(began.getEpochSecond()));
      Path file = directory.resolve(node.id() + ".log");
      try {
        Files.writeString(file, output(command, variables));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      files.put(node.id(), file);
    }
    return files;
  }

  private static String output(String line, Map<String, String> variables) {
    try {
      Commands.Ended ended = Commands.shell(line, variables, MOST);
      return ended.well() ? ended.output()
          : "the command for the logs ended with " + ended.status() + ": " + ended.output();
    } catch (IllegalStateException e) {
      return "the logs were not fetched: " + e.getMessage();
    }
  }
}
