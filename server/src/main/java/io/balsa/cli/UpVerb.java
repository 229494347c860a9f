package io.balsa.cli;

import io.balsa.cli.local.FreePorts;
import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.LocalNode;
import io.balsa.client.cluster.NodeStatus;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code balsa up}: a development cluster in the foreground. What happens to the nodes is told on standard output as it
 * happens. One thread, {@code keeper}, decides about restarts and the stop.
 */
@Command(name = "up", description = {
    "Runs a development cluster on this machine, in the foreground: one process a node.",
    "A node that dies is started again after 2 s. Ctrl-C or SIGTERM stops all nodes in order. The data is kept."})
final class UpVerb implements Callable<Integer> {
  private static final Duration RESTART_AFTER = Duration.ofSeconds(2);
  private static final Duration ASK_EVERY = Duration.ofMillis(250);
  private static final int NODES_MOST = 9;

  private final Console console;
  private final ScheduledExecutorService keeper = Executors.newSingleThreadScheduledExecutor();
  /** Set by the shutdown hook; from then on the end of a node is expected. */
  private volatile boolean stopping;
  /** What a stop ends with: success only if there was a cluster to stop. */
  private volatile int stopStatus = ExitStatus.REFUSED;
  private @Nullable ClusterView view;
  private String leader = "";

  @Option(names = "--nodes", paramLabel = "N", defaultValue = "3", description = "How many nodes. Default: 3")
  private int nodes = 3;

  @Option(names = "--dir", paramLabel = "D", defaultValue = "balsa-data",
      description = "Where data and logs are kept. Default: balsa-data in the working directory")
  private Path directory = Path
      .of("balsa-data");

  @Option(names = "--port", paramLabel = "P", defaultValue = "7100",
      description = "The nodes listen on P+1, P+2, ... of the loopback. Default: 7100")
  private int port = 7100;

  UpVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (nodes < 1 || nodes > NODES_MOST) {
      throw VerbFailure.usage("--nodes takes 1 to " + NODES_MOST + ", not " + nodes);
    }
    if (port < 1 || port + nodes > 65535) {
      throw VerbFailure.usage("--port " + port + " leaves no room for " + nodes + " ports above it");
    }
    List<Integer> ports = IntStream.rangeClosed(port + 1, port + nodes).boxed().toList();
    LocalCluster cluster = LocalCluster.of(directory, ports, List.of());
    try (FileLock lock = lock()) {
      UpSettings.check(directory, nodes, port);
      for (int each : ports) {
        if (!FreePorts.isFree(each)) {
          throw VerbFailure
              .refused("port " + each + " is in use on 127.0.0.1 (by another 'balsa up'?); stop what listens "
                  + "there or choose other ports with --port");
        }
      }
      UpSettings.store(directory, nodes, port);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cluster), "balsa-up-stop"));
      for (LocalNode node : cluster.nodes()) {
        startNode(cluster, node);
      }
      stopStatus = ExitStatus.DONE;
      console.println("endpoints " + cluster.endpoints());
      console.println("data and logs are in " + directory.toAbsolutePath().normalize() + "; Ctrl-C stops all nodes");
      console.flush();
      keep(Duration.ZERO, () -> reportLeader(cluster));
      keeper.awaitTermination(Long.MAX_VALUE, TimeUnit.DAYS); // the shutdown hook ends this process
      return lock.isValid() ? ExitStatus.DONE : ExitStatus.REFUSED;
    }
  }

  private FileLock lock() throws IOException {
    Files.createDirectories(directory);
    FileChannel channel = FileChannel.open(directory.resolve("up.lock"), StandardOpenOption.CREATE,
        StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      // held by this process: said below, like any other holder
    }
    channel.close();
    throw VerbFailure.refused("another 'balsa up' runs on " + directory + "; stop it, or choose another --dir");
  }

  private void startNode(LocalCluster cluster, LocalNode node) throws IOException {
    node.start(status -> keep(Duration.ZERO, () -> ended(cluster, node, status)));
    say(node.id() + "  " + node.address() + "  pid " + node.pid() + "  log " + node.log());
  }

  /** On the keeper's thread. */
  private void ended(LocalCluster cluster, LocalNode node, int status) {
    if (stopping) {
      return;
    }
    say(node.id() + " ended, " + (status > 128 ? "killed by signal " + (status - 128) : "status " + status)
        + "; it starts again in " + Durations.text(RESTART_AFTER));
    if (status <= 128) {
      node.lastLines(3).forEach(line -> say("  " + node.id() + ": " + line));
    }
    keep(RESTART_AFTER, () -> restart(cluster, node));
  }

  private void restart(LocalCluster cluster, LocalNode node) {
    if (stopping) {
      return;
    }
    try {
      startNode(cluster, node);
    } catch (IOException e) {
      say("cannot start " + node.id() + ": " + e.getMessage());
      keep(RESTART_AFTER, () -> restart(cluster, node));
    }
  }

  /** Now and then again, until the stop. */
  private void reportLeader(LocalCluster cluster) {
    if (view == null) {
      view = new ClusterView(cluster.addresses(), Duration.ofSeconds(1));
    }
    List<NodeStatus> answers = ClusterView.values(view.status(cluster.addresses()));
    // One that was added does not run here, and may lead.
    Optional<NodeStatus> now = answers.stream().filter(status -> !status.leaderId().isEmpty())
        .max(Comparator.comparingLong(NodeStatus::term));
    String text = now.map(status -> status.leaderId() + " leads (term " + status.term() + ")").orElse("");
    if (!text.equals(leader) && !stopping) {
      say(text.isEmpty() ? "no node leads" : text);
      leader = text;
    }
    keep(ASK_EVERY, () -> reportLeader(cluster));
  }

  /** Runs on the keeper's thread, unless all is being stopped. */
  private void keep(Duration after, Runnable task) {
    try {
      ScheduledFuture<?> unused = keeper.schedule(() -> {
        try {
          task.run();
        } catch (RuntimeException e) {
          // Without its keeper the cluster would look alive and not be: stop, and say why.
          console.note("balsa: " + Failures.tell(e).getMessage());
          stopStatus = ExitStatus.REFUSED;
          System.exit(ExitStatus.REFUSED);
        }
      }, after.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      if (!stopping) {
        throw e;
      }
    }
  }

  private void say(String line) {
    console.println(line);
    console.flush();
  }

  /** In the shutdown hook: SIGTERM, Ctrl-C, or the end of this program for any other reason. */
  private void stop(LocalCluster cluster) {
    stopping = true;
    keeper.shutdown();
    int status = stopStatus;
    try {
      say("stopping");
      List<LocalNode> killed = cluster.stop();
      killed.forEach(node -> say(node.id() + " did not stop in time and was killed"));
      say("all nodes are stopped");
    } catch (InterruptedException | RuntimeException e) {
      console.note("balsa: " + Failures.tell(e).getMessage());
      status = ExitStatus.REFUSED;
    } finally {
      // A stop that was asked for is a success: without this the JVM would end as killed by the signal.
      Runtime.getRuntime().halt(status);
    }
  }
}
