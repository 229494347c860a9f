package io.balsa.server;

import com.codahale.metrics.MetricRegistry;
import io.balsa.raft.core.ForgetfulDiskException;
import io.balsa.raft.log.NodeId;
import io.balsa.server.config.HostPort;
import io.balsa.server.config.ServerConfig;
import io.balsa.server.formation.Formation;
import io.balsa.server.formation.FormationAnswers;
import io.balsa.server.grpc.Authorizer;
import io.balsa.server.grpc.ClientServices;
import io.balsa.server.grpc.Loops;
import io.balsa.server.grpc.Serving;
import io.balsa.server.identity.DataDirectory;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import io.balsa.server.identity.ReplacementRecord;
import io.balsa.server.identity.StartRefused;
import io.balsa.server.join.Promotion;
import io.balsa.server.ops.NodeMetrics;
import io.balsa.server.ops.OpsServer;
import io.balsa.server.space.SpaceQuota;
import io.balsa.server.transport.EventLoops;
import io.balsa.server.transport.GrpcPeerQuestions;
import io.balsa.server.transport.LinkCounters;
import io.balsa.server.transport.PeerAdmission;
import io.balsa.server.transport.PeerService;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.log.CorruptLogException;
import io.balsa.storage.log.LostLogException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node. {@link #start} goes from the data directory to the open ports; the node comes into its cluster, or takes its place in it up
 * again, after that; {@link #stop} goes back in order. Both read from top to bottom.
 */
public final class BalsaServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BalsaServer.class);
  private static final int READERS_MAX = 4;
  /** They wait for the disk, not for a processor: snapshots to two followers, catch-up reads, a backup and a hash at a time. */
  private static final int WORKERS = 6;
  private static final long HEALTH_MILLIS = 500;
  private static final int UPKEEP_ROUNDS = 2;
  private static final long STOP_MILLIS_MAX = 5_000;

  private final ServerConfig config;
  private final NodeId self;
  private final FailStop failStop;
  private final Notices notices;
  private final DataDirectory data;
  private final MetricRegistry metrics = new MetricRegistry();
  private final LinkCounters links = new LinkCounters();
  private final HealthStatusManager health = new HealthStatusManager();
  private final ExecutorService readers;
  /** Apart from the readers: what takes as long as the state is large must not keep the reads of clients waiting. */
  private final ExecutorService workers;
  private final EventLoops loops;
  private final GrpcPeerQuestions questions;
  private final Formation formation;
  private final FormationAnswers answers;
  private final Entry entry;
  private final NodeView view;
  private final SpaceQuota space;
  private final Serving serving;
  private final PeerService peerService;
  private final AtomicBoolean stopBegun = new AtomicBoolean();
  private final AtomicBoolean removed = new AtomicBoolean();
  private final CountDownLatch stopRequested = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable Ports ports;
  private @Nullable OpsServer ops;
  private @Nullable Thread background;
  private volatile @Nullable RunningGroup running;

  /** What is done before the node can run. */
  private interface Way {
    /** @return null: told to stop */
    Entry.@Nullable Entered take() throws StartRefused, IOException, InterruptedException;
  }

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
      Standing standing = Standing.read(config, data);
      server = new BalsaServer(config, failStop, data, standing);
      server.openPorts();
      Way way = server.takeUp(standing);
      server.startBackground(way);
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

  private BalsaServer(ServerConfig config, FailStop failStop, DataDirectory data, Standing standing) {
    this.config = config;
    this.self = config.id();
    this.failStop = failStop;
    this.notices = new Notices(self, System.err);
    this.data = data;
    this.readers = Executors.newFixedThreadPool(
        Math.max(2, Math.min(READERS_MAX, Runtime.getRuntime().availableProcessors())),
        failStop.threads(self, "reader"));
    this.workers = Executors.newFixedThreadPool(WORKERS, failStop.threads(self, "worker"));
    this.loops = EventLoops.start(self.value());
    this.questions = new GrpcPeerQuestions(config.peerRoutes(), loops);
    this.formation = new Formation(standing.candidate(config), questions);
    this.answers = new FormationAnswers(standing.candidate(config), standing.formed());
    this.entry = new Entry(config, data, questions, notices, stopRequested);
    this.space = new SpaceQuota(config.spaceQuotaBytes());
    this.view = new NodeView(self, entry, space);
    this.serving = new Serving(self, entry::waitingFor);
    this.peerService = new PeerService(answers, links);
    serving.explain(entry::sentence);
    FormedRecord formed = standing.formed();
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

  private void openPorts() throws StartRefused {
    ClientServices services = new ClientServices(config, serving, Authorizer.ALLOW_ALL, view,
        new Loops(loops.workers()), health, space);
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
    ports = Ports.open(config, loops, services.all(), peerService);
    HostPort opsListen = config.opsListen();
    if (opsListen != null) {
      try {
        ops = OpsServer.start(opsListen, metrics, view, failStop.threads(self, "ops"));
      } catch (IOException e) {
        throw new StartRefused("--ops-listen " + opsListen + " cannot be used: " + e.getMessage()
            + ". Stop the process that listens there, or give another address", e);
      }
    }
  }

  /**
   * Runs what is ready to run.
   *
   * @return what is to be done first, where something is; null: it runs
   */
  private @Nullable Way takeUp(Standing standing) throws StartRefused, IOException, InterruptedException {
    Identity identity = standing.identity();
    FormedRecord formed = standing.formed();
    ReplacementRecord replacement = standing.replacement();
    if (replacement != null) {
      return () -> replacement.isGranted() ? entry.carryThrough(replacement) : entry.replace(replacement);
    }
    if (formed == null) {
      return config.join().isEmpty() ? () -> entry.form(identity, formation)
          : () -> entry.join(identity, standing.startDigest());
    }
    standing.warnOfOtherSettings(config, notices);
    formation.requireSameCluster(formed);
    String lost = standing.lostLog();
    try {
      if (lost == null) {
        run(new Entry.Entered(identity, formed));
        return null;
      }
    } catch (CorruptLogException | LostLogException e) {
      lost = String.valueOf(e.getMessage());
    }
    // I3: nothing runs, and never will under this identity.
    ReplacementRecord begun = entry.begin(identity, formed, lost);
    return () -> entry.replace(begun);
  }

  /** From a durable {@code formed} record to a node that votes and serves. */
  private void run(Entry.Entered entered) throws StartRefused, IOException {
    Identity identity = entered.identity();
    FormedRecord formed = entered.formed();
    GroupStorage storage = GroupStorage.open(data, formed, data.startDigest(), config.log());
    String setAside = storage.setAside();
    if (setAside != null) {
      notices.say("set its damaged state aside and rebuilds it, from its own log or by a snapshot from the leader: "
          + setAside);
    }
    failStop.beforeEnd(cause -> leaveNote(storage, entered, cause));
    if (formed.state() == FormedRecord.State.FORMING) {
      // The log exists now. Only behind this record may the node vote; from here on a missing log is a lost one (I3).
      data.write(formed.formed());
    }
    KnownMembers known = Standing.known(data, formed);
    RunningGroup group = new RunningGroup(config, identity, formed, known, storage, loops, links, metrics, readers,
        workers, failStop, notices, space);
    running = group;
    NodeMetrics.register(metrics, group::status, storage.machine().reads(), group.group().fresh(),
        group.group().streams(), group.transport(), links, view);
    group.membership().addListener(new MembershipNotes(data, known, workers));
    group.membership().addListener(members -> {
      if (members.isRemoved(identity)) {
        removed(PeerAdmission.removed(identity, members.known()));
      }
    });
    peerService.open(group.membership(), group.contacts(), group.node()::receive, group.answers());
    group.start();
    view.running(group);
    serving.begin(group.group());
    if (formed.origin() == FormedRecord.Origin.REPLACED_A_VOTER) {
      Promotion promotion = new Promotion(identity, formed.clusterId(), group::status, questions, stopRequested);
      view.promotes(promotion);
      failStop.threads(self, "promotion").newThread(promotion).start();
    }
    log.info("{} of cluster {} serves clients at {} and peers at {}", self, Identity.hex(formed.clusterId()),
        config.advertise(), config.peerAdvertise());
  }

  /**
   * I3: a state that is found damaged while the node runs is set aside at the next start, and comes back from the log or the leader. A
   * node that lost what it had acknowledged is not itself any more, whoever leads at its next start.
   */
  private void leaveNote(GroupStorage storage, Entry.Entered entered, Throwable cause)
      throws StartRefused, IOException {
    for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
      if (inner instanceof StateCorruptException) {
        storage.markCorrupt(String.valueOf(inner.getMessage()));
        return;
      }
      if (inner instanceof ForgetfulDiskException) {
        entry.note(entered.identity(), entered.formed(), String.valueOf(inner.getMessage()));
        return;
      }
    }
  }

  /** The thread that brings the node into its cluster if need be, and then tells grpc.health.v1 how things are and looks after the size. */
  private void startBackground(@Nullable Way way) {
    Thread thread = failStop.threads(self, "main").newThread(() -> {
      try {
        if (way != null) {
          Entry.Entered entered = way.take();
          if (entered == null) {
            return; // stopped before
          }
          answers.formed(Standing.candidate(config, entered.identity(), data.startDigest()), entered.formed());
          belongsTo(entered.formed());
          run(entered);
        }
        reportHealth();
      } catch (StartRefused | IOException e) {
        failStop.fatal(self, "start", e);
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
      if (rounds++ % UPKEEP_ROUNDS == 0) {
        view.measure();
        RunningGroup group = running;
        if (group != null) {
          group.upkeep(System.nanoTime());
        }
      }
      boolean ready = view.ready();
      if (ready != wasReady) {
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
            ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
        wasReady = ready;
      }
    } while (!stopRequested.await(HEALTH_MILLIS, TimeUnit.MILLISECONDS));
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

  /**
   * Stops the node in order when the process is told to end (SIGTERM, Ctrl-C), and ends it: a stop that was asked for is a success, and
   * the JVM would end as killed by the signal. Once.
   */
  public void stopOnTermination() {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      stopAndWait();
      Runtime.getRuntime().halt(exitStatus());
    }, self + "-stop"));
  }

  /** Also where another thread has begun to stop it. */
  private void stopAndWait() {
    stop();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Until it has stopped.
   *
   * @return what the process is to end with
   */
  public int awaitStopped() throws InterruptedException {
    stopped.await();
    return exitStatus();
  }

  private int exitStatus() {
    return removed.get() ? FailStop.EXIT_STATUS : 0;
  }

  // ---- the way down

  /** It is a member no more: says so, and stops in order, on a thread of its own. Any thread. */
  private void removed(String why) {
    if (removed.compareAndSet(false, true)) {
      notices.say("stops: " + why);
      view.removed(why);
      failStop.threads(self, "removed").newThread(() -> {
        stopAndWait();
        failStop.end();
      }).start();
    }
  }

  /** Hands leadership over, finishes what is under way, flushes, closes. Blocks until it is done; once. */
  public void stop() {
    if (stopBegun.compareAndSet(false, true)) {
      try {
        shutDown();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (IOException e) {
        failStop.fatal(self, "shutdown", e);
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
    log.info("{} is stopping", self);
    stopRequested.countDown();
    view.stopping();
    health.enterTerminalState();
    if (background != null) {
      background.join(STOP_MILLIS_MAX);
    }
    // Also where the state cannot be closed, nothing is held that the next start needs.
    try (data; loops; OpsServer last = ops) {
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
    }
    log.info("{} has stopped", self);
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
