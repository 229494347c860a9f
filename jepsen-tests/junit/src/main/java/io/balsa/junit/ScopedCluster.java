package io.balsa.junit;

import io.balsa.client.BalsaClient;
import io.balsa.junit.cluster.Distribution;
import io.balsa.junit.cluster.RealCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/** The cluster of a class or of a method. JUnit closes it with the context that it belongs to. */
@SuppressWarnings("deprecation") // before 5.13 JUnit closes a CloseableResource, from then on what is AutoCloseable
final class ScopedCluster implements ExtensionContext.Store.CloseableResource, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int NAME_MOST = 60;

  private final String owner;
  private final ExtensionContext context;
  private final Path directory;
  private final RealCluster cluster;
  private volatile boolean failed;

  private ScopedCluster(String owner, ExtensionContext context, Path directory, RealCluster cluster) {
    this.owner = owner;
    this.context = context;
    this.directory = directory;
    this.cluster = cluster;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param context whose it is
   */
  static ScopedCluster start(ExtensionContext context, BalsaCluster wanted) {
    String owner = context.getRequiredTestClass().getSimpleName()
        + context.getTestMethod().map(method -> "." + method.getName()).orElse("");
    if (wanted.nodes() < 1) {
      throw new ExtensionConfigurationException(
          "@BalsaCluster(nodes = " + wanted.nodes() + ") of " + owner + ": a cluster has 1 node or more");
    }
    Distribution.program(); // before a directory is made: it may be missing
    Path directory = directoryOf(owner);
    try {
      return new ScopedCluster(owner, context, directory,
          RealCluster.start(directory, wanted.nodes(), wanted.flags()));
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "the cluster of " + owner + " did not start; data and logs are kept in " + directory + "\n" + e.getMessage(),
          e);
    }
  }

  private static Path directoryOf(String owner) {
    String name = owner.replaceAll("[^A-Za-z0-9_.-]", "_");
    try {
      return Files.createTempDirectory(Path.of(System.getProperty("java.io.tmpdir")),
          "balsa-" + name.substring(0, Math.min(name.length(), NAME_MOST)) + "-");
    } catch (IOException e) {
      throw new UncheckedIOException("no directory for the data of the cluster of " + owner, e);
    }
  }

  RealCluster cluster() {
    return cluster;
  }

  /** One more client, which JUnit closes with the context in whose store it lies. Machines that run tests are busy: it is patient. */
  Client connect() {
    return new Client(
        BalsaClient.builder().endpoints(cluster.endpoints()).timeout(PATIENCE).sessionTtl(PATIENCE).build());
  }

  /** Something failed: data and logs will be kept, and the failure tells how the cluster was. */
  void failed(Throwable failure) {
    if (failure instanceof TestAbortedException) {
      return;
    }
    failed = true;
    if (Arrays.stream(failure.getSuppressed()).noneMatch(ClusterAtFailure.class::isInstance)) {
      failure.addSuppressed(new ClusterAtFailure("the cluster of " + owner + " after this; data and logs are kept in "
          + directory + "\n" + cluster.describe()));
    }
  }

  @Override
  public void close() throws IOException {
    context.getExecutionException().ifPresent(this::failed); // a constructor's failure comes to nobody but the context
    cluster.close();
    if (!failed) {
      delete();
    }
  }

  private void delete() throws IOException {
    try (Stream<Path> found = Files.walk(directory)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** A client that was handed out. */
  record Client(BalsaClient client) implements ExtensionContext.Store.CloseableResource, AutoCloseable {
    @Override
    public void close() {
      client.close();
    }
  }
}
