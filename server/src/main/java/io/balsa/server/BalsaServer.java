package io.balsa.server;

import com.codahale.metrics.MetricRegistry;
import io.balsa.raft.log.NodeId;
import io.balsa.server.config.HostPort;
import io.balsa.server.config.ServerConfig;
import io.balsa.server.formation.Candidate;
import io.balsa.server.formation.Formation;
import io.balsa.server.formation.FormationAnswers;
import io.balsa.server.grpc.Authorizer;
import io.balsa.server.grpc.ClientServices;
import io.balsa.server.grpc.Loops;
import io.balsa.server.grpc.Serving;
import io.balsa.server.identity.DataDirectory;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.StartRefused;
import io.balsa.server.ops.NodeMetrics;
import io.balsa.server.ops.OpsServer;
import io.balsa.server.transport.EventLoops;
import io.balsa.server.transport.GrpcPeerQuestions;
import io.balsa.server.transport.LinkCounters;
import io.balsa.server.transport.PeerService;
import io.balsa.storage.kv.StateCorruptException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node. {@link #start} goes from the data directory to the open ports; the cluster is formed, or taken up again, after that; {@link #stop}
 * goes back in order. Both read from top to bottom.
 */
public final class BalsaServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BalsaServer.class);
  private static final int READERS_MAX = 4;
  /** They wait for the disk, not for a processor: snapshots to two followers, catch-up reads, a backup and a hash at a time. */
  private static final int WORKERS = 6;
  private static final long HEALTH_MILLIS = 500;
  private static final int MEASURE_ROUNDS = 10;
  private static final long STOP_MILLIS_MAX = 5_000;

  private final ServerConfig config;
  private final FailStop failStop;
  private final Notices notices;
  private final DataDirectory data;
  private final Identity identity;
  /** Of what this node would form a cluster from (I2). */
  private final long startDigest;
  private final MetricRegistry metrics = new MetricRegistry();
  private final LinkCounters links = new LinkCounters();
  private final HealthStatusManager health = new HealthStatusManager();
  private final ExecutorService readers;
  /** Apart from the readers: what takes as long as the state is large must not keep the reads of clients waiting. */
  private final ExecutorService workers;
  private final EventLoops loops;
  private final Formation formation;
  private final FormationAnswers answers;
  private final NodeView view;
  private final Serving serving;
  private final PeerService peerService;
  private final AtomicBoolean stopBegun = new AtomicBoolean();
  private final CountDownLatch stopRequested = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable Ports ports;
  private @Nullable OpsServer ops;
  private @Nullable Thread background;
  private volatile @Nullable RunningGroup running;

  /** Starts a node; a failure from then on ends the process. */
  public static BalsaServer start(ServerConfig config) throws StartRefused {
    return start(config, FailStop.ofProcess());
  }

  /**
   * @return with its ports open; it serves when {@link #isReady}
   * @throws StartRefused if it must not start as things stand; everything is released again
   */
  public static BalsaServer start(ServerConfig config, FailStop failStop) throws StartRefused {
    DataDirectory data = DataDirectory.lock(config.data());
    BalsaServer server = null;
    try {
      Identity identity = data.identity(config.id());
      FormedRecord formed = data.formed(identity);
      requireWayIn(config, formed);
      server = new BalsaServer(config, failStop, data, identity, formed, data.startDigest());
      server.openPorts();
      if (formed != null) {
        server.formation.requireSameCluster(formed);
        server.warnOfOtherSettings(formed);
        server.run(formed);
      }
      server.startBackground(formed == null);
      return server;
    } catch (IOException e) {
      release(server, data);
      throw new StartRefused(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      release(server, data);
      throw new StartRefused("the start of " + config.id() + " was interrupted", e);
    } catch (StartRefused | RuntimeException | Error e) {
      release(server, data);
      throw e;
    }
  }

  private BalsaServer(ServerConfig config, FailStop failStop, DataDirectory data, Identity identity,
      @Nullable FormedRecord formed, long startDigest) {
    NodeId self = identity.id();
    this.config = config;
    this.failStop = failStop;
    this.notices = new Notices(self, System.err);
    this.data = data;
    this.identity = identity;
    this.startDigest = startDigest;
    this.readers = Executors.newFixedThreadPool(
        Math.max(2, Math.min(READERS_MAX, Runtime.getRuntime().availableProcessors())),
        failStop.threads(self, "reader"));
    this.workers = Executors.newFixedThreadPool(WORKERS, failStop.threads(self, "worker"));
    this.loops = EventLoops.start(self.value());
    NavigableMap<NodeId, String> cluster = new TreeMap<>();
    config.cluster().forEach((id, address) -> cluster.put(id, address.toString()));
    Candidate candidate = new Candidate(identity, cluster, config.advertise().toString(), startDigest);
    this.formation = new Formation(candidate, new GrpcPeerQuestions(config.peerRoutes(), loops));
    this.answers = new FormationAnswers(candidate, formed);
    this.view = new NodeView(self, formation::reasons);
    this.serving = new Serving(self, formation::waitingFor);
    this.peerService = new PeerService(answers, links);
    if (formed != null) {
      belongsTo(formed);
    }
  }

  /** Whoever asks is told that this node starts, not that it has no cluster. */
  private void belongsTo(FormedRecord formed) {
    serving.formed(formed.clusterId());
    view.formed();
  }

  // ---- the way up

  private static void requireWayIn(ServerConfig config, @Nullable FormedRecord formed) throws StartRefused {
    if (formed == null && config.cluster().isEmpty()) {
      throw new StartRefused(
          "--join starts a member that was added to a running cluster, and this version cannot add members"
              + " yet: start all nodes of a new cluster with --cluster");
    }
  }

  private void openPorts() throws StartRefused {
    ClientServices services = new ClientServices(config, serving, Authorizer.ALLOW_ALL, view,
        new Loops(loops.workers()), health);
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
    ports = Ports.open(config, loops, services.all(), peerService);
    HostPort opsListen = config.opsListen();
    if (opsListen != null) {
      try {
        ops = OpsServer.start(opsListen, metrics, view, failStop.threads(identity.id(), "ops"));
      } catch (IOException e) {
        throw new StartRefused("--ops-listen " + opsListen + " cannot be used: " + e.getMessage()
            + ". Stop the process that listens there, or give another address", e);
      }
    }
  }

  /** From a durable {@code formed} record to a node that votes and serves. */
  private void run(FormedRecord formed) throws IOException {
    GroupStorage storage = GroupStorage.open(data, formed, startDigest, config.log());
    String setAside = storage.setAside();
    if (setAside != null) {
      notices.say("set its damaged state aside and rebuilds it, from its own log or by a snapshot from the leader: "
          + setAside);
    }
    failStop.beforeEnd(cause -> markIfCorrupt(storage, cause));
    if (formed.state() == FormedRecord.State.FORMING) {
      // The log exists now. Only behind this record may the node vote; from here on a missing log is a lost one (I3).
      data.write(formed.formed());
    }
    RunningGroup group = new RunningGroup(config, identity, formed, storage, loops, links, metrics, readers, workers,
        failStop,
        notices);
    running = group;
    NodeMetrics.register(metrics, group::status, storage.machine().reads(), group.group().fresh(),
        group.group().streams(), group.transport(), links, view);
    peerService.open(group.membership(), group.node()::receive);
    group.start();
    view.running(group);
    serving.begin(group.group());
    log.info("{} of cluster {} serves clients at {} and peers at {}", identity.id(), Identity.hex(formed.clusterId()),
        config.advertise(), config.peerAdvertise());
  }

  /** I3: a state that is found damaged while the node runs is set aside at the next start, and comes back from the log or the leader. */
  private static void markIfCorrupt(GroupStorage storage, Throwable cause) throws IOException {
    for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
      if (inner instanceof StateCorruptException) {
        storage.markCorrupt(String.valueOf(inner.getMessage()));
        return;
      }
    }
  }

  /** The thread that forms the cluster if need be, and then tells grpc.health.v1 how things are. */
  private void startBackground(boolean form) {
    Thread thread = failStop.threads(identity.id(), "main").newThread(() -> {
      try {
        if (form) {
          FormedRecord formed = new FormationLoop(formation, notices, stopRequested).untilDecided();
          if (formed == null) {
            return; // stopped before
          }
          data.write(formed);
          answers.formed(formed);
          belongsTo(formed);
          run(formed);
        }
        reportHealth();
      } catch (StartRefused | IOException e) {
        failStop.fatal(identity.id(), "formation", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    background = thread;
    thread.start();
  }

  private void reportHealth() throws InterruptedException {
    boolean wasReady = false;
    int rounds = 0;
    do {
      if (rounds++ % MEASURE_ROUNDS == 0) {
        view.measure();
      }
      boolean ready = view.ready();
      if (ready != wasReady) {
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
            ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
        wasReady = ready;
      }
    } while (!stopRequested.await(HEALTH_MILLIS, TimeUnit.MILLISECONDS));
  }

  private void warnOfOtherSettings(FormedRecord formed) {
    NavigableMap<NodeId, String> stored = new TreeMap<>();
    NavigableMap<NodeId, String> given = new TreeMap<>();
    formed.initial().members().forEach(member -> stored.put(member.id(), member.peerAddress()));
    config.cluster().forEach((id, address) -> given.put(id, address.toString()));
    if (!given.isEmpty() && !given.equals(stored)) {
      notices.say("--cluster says " + given + ", but this node is of the cluster " + stored
          + ", and that is what counts; use --peer-route where a node has moved");
    }
    var self = formed.initial().member(identity.id());
    if (self != null && !self.clientAddress().equals(config.advertise().toString())) {
      notices.say(
          "clients are sent to " + self.clientAddress() + ", as the cluster was formed, not to " + config.advertise());
    }
  }

  // ---- at work

  /** Whether it serves: formed, a leader known, committed entries applied. */
  public boolean isReady() {
    return view.ready();
  }

  /** Why it does not serve, one sentence each; empty if it does. */
  public List<String> notReadyBecause() {
    return view.notReadyBecause();
  }

  /** Where /health, /ready and /metrics are; 0: nowhere. */
  public int opsPort() {
    return ops == null ? 0 : ops.port();
  }

  /** Stops the node in order when the process is told to end (SIGTERM, Ctrl-C). Once. */
  public void stopOnTermination() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, identity.id() + "-stop"));
  }

  /** Until it has stopped. */
  public void awaitStopped() throws InterruptedException {
    stopped.await();
  }

  // ---- the way down

  /** Hands leadership over, finishes what is under way, flushes, closes. Blocks until it is done; once. */
  public void stop() {
    if (stopBegun.compareAndSet(false, true)) {
      try {
        shutDown();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (IOException e) {
        failStop.fatal(identity.id(), "shutdown", e);
      } finally {
        stopped.countDown();
      }
    }
  }

  @Override
  public void close() {
    stop();
  }

  private void shutDown() throws IOException, InterruptedException {
    log.info("{} is stopping", identity.id());
    stopRequested.countDown();
    view.stopping();
    health.enterTerminalState();
    if (background != null) {
      background.join(STOP_MILLIS_MAX);
    }
    RunningGroup group = running;
    if (group != null) {
      group.handOver();
      group.finish();
    }
    if (ports != null) {
      ports.close();
    }
    if (group != null) {
      group.close(this::stopReaders);
    } else {
      stopReaders();
    }
    if (ops != null) {
      ops.close();
    }
    loops.close();
    data.close();
    log.info("{} has stopped", identity.id());
  }

  private void stopReaders() {
    readers.shutdown();
    workers.shutdown();
    try {
      if (!readers.awaitTermination(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS)
          || !workers.awaitTermination(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        log.warn("reads are still under way; closing the state under them");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void release(@Nullable BalsaServer server, DataDirectory data) {
    if (server != null) {
      server.stop();
      return;
    }
    try {
      data.close();
    } catch (IOException e) {
      log.warn("the lock of {} could not be released: {}", data.root(), e.toString());
    }
  }
}
