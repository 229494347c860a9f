package io.balsa.cli.demo;

import io.balsa.cli.local.FreePorts;
import io.balsa.cli.local.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Processes and a folder that are gone when the program ends: in order, by a failure or by a signal. */
final class Stage implements AutoCloseable {
  private final Path folder;
  private final LocalCluster cluster;
  private final Thread atExit;

  private Stage(Path folder, LocalCluster cluster) {
    this.folder = folder;
    this.cluster = cluster;
    this.atExit = new Thread(this::strike, "balsa-demo-cleanup");
  }

  /** @param flags of every server, besides those that make it a node of the cluster */
  static Stage set(int nodes, List<String> flags) throws IOException {
    Path folder = Files.createTempDirectory("balsa-demo-");
    Stage stage = new Stage(folder, LocalCluster.of(folder, FreePorts.find(nodes), flags));
    Runtime.getRuntime().addShutdownHook(stage.atExit);
    return stage;
  }

  LocalCluster cluster() {
    return cluster;
  }

  private void strike() {
    try {
      cluster.kill();
      delete();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }

  private void delete() throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> found = Files.walk(folder)) {
      files = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }

  /** The nodes are killed, not stopped: nothing of theirs is kept. */
  @Override
  public void close() {
    strike();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}
