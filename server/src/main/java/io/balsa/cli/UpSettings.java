package io.balsa.cli;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** How the cluster of a directory was started: its nodes know each other by these addresses, so they cannot change. */
final class UpSettings {
  private static final String FILE = "up.properties";
  private static final String NODES = "nodes";
  private static final String PORT = "port";

  private UpSettings() {}

  /** Refuses a directory that was made with another number of nodes or other ports. */
  static void check(Path directory, int nodes, int port) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    Properties stored = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      stored.load(reader);
    }
    String storedNodes = stored.getProperty(NODES, "?");
    String storedPort = stored.getProperty(PORT, "?");
    if (!storedNodes.equals(Integer.toString(nodes)) || !storedPort.equals(Integer.toString(port))) {
      throw VerbFailure.refused(directory + " holds a cluster that was made with --nodes " + storedNodes + " --port "
          + storedPort + "; start it with these, or choose another --dir");
    }
  }

  static void store(Path directory, int nodes, int port) throws IOException {
    Properties settings = new Properties();
    settings.setProperty(NODES, Integer.toString(nodes));
    settings.setProperty(PORT, Integer.toString(port));
    try (Writer writer = Files.newBufferedWriter(directory.resolve(FILE))) {
      settings.store(writer, "How 'balsa up' made this cluster");
    }
  }
}
