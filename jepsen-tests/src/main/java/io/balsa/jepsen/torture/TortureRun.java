package io.balsa.jepsen.torture;

import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.StateHash;
import io.balsa.jepsen.history.Recorder;
import io.balsa.jepsen.nemesis.Nemesis;
import io.balsa.jepsen.nemesis.Target;
import io.balsa.jepsen.report.FaultRecord;
import io.balsa.jepsen.site.TortureSite;
import io.balsa.jepsen.torture.workload.Verdict;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * One run, from an empty directory to a verdict: starts a cluster, lets clients use it while faults are done to it, makes it whole,
 * and judges what the clients saw and what the nodes are.
 */
final class TortureRun {
  /** Before the first fault and after the last one: what the store does when nothing is done to it. */
  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final Duration STEPS_MOST = Duration.ofSeconds(40);
  private static final Duration CHECK_MOST = Duration.ofMinutes(5);
  private static final Duration HOLD_LEAST = Duration.ofSeconds(1);
  private static final Duration HOLD_MOST = Duration.ofSeconds(8);
  /** A run that must be longer, so that each fault was there twice, is no longer than this many times what was asked for. */
  private static final int LENGTHENED_MOST = 2;

  private final RunOptions options;
  private final Recorder recorder = new Recorder();
  private final Progress progress;
  private final Random random;

  TortureRun(RunOptions options, boolean quiet) {
    this.options = options;
    this.progress = new Progress(System.err, recorder, quiet);
    this.random = new Random(options.seed());
  }

  /** @throws IllegalStateException the harness failed, and there is no verdict */
  RunOutcome run(TortureSite site) throws InterruptedException {
    Instant began = Instant.now();
    progress.say("starting " + options.nodes() + " nodes (" + site.backend() + ") in " + options.directory());
    try (RealCluster cluster = RealCluster.at(site, options.directory(), options.nodes());) {
      cluster.startAll();
      return underLoad(cluster, site, began);
    }
  }

  private RunOutcome underLoad(RealCluster cluster, TortureSite site, Instant began) throws InterruptedException {
    try (ClientPool clients = new ClientPool(options.workload(), recorder, cluster.nodes(), site.clients(),
        options.clients(), options.rate(), options.seed())) {
      Faults faults = new Faults(new Target(cluster, site), new FaultPlan(options.nemeses(), random), random, hold(),
          recorder, clients, progress);
      options.workload().prepare(clients.first());
      clients.start();
      faults.pass(QUIET);
      long end = options.length().toNanos();
      while (!options.nemeses().isEmpty() && goesOn(faults, end)) {
        faults.next();
        faults.pass(between());
      }
      faults.pass(Duration.ofNanos(Math.max(QUIET.toNanos(), end - recorder.now())));
      progress.fault("no more faults; the last operations");
      site.network().heal();
      cluster.awaitReady();
      clients.stop(STEPS_MOST);
      clients.finish();
      return judge(cluster, site, faults, began);
    }
  }

  private boolean goesOn(Faults faults, long end) {
    long now = recorder.now();
    return now < end || now < LENGTHENED_MOST * end && options.nemeses().stream().anyMatch(
        nemesis -> faults.records().stream().filter(record -> record.name().equals(nemesis.name())).count() < Counting.INSTALLED_LEAST);
  }

  /** So long that each fault has its turn twice: half of the time belongs to faults, half to the time between. */
  private Duration hold() {
    long each = options.length().toNanos() / Math.max(1, 2L * Counting.INSTALLED_LEAST * options.nemeses().size());
    return Duration.ofNanos(Math.clamp(each, HOLD_LEAST.toNanos(), HOLD_MOST.toNanos()));
  }

  private Duration between() {
    return Duration.ofNanos((long) (hold().toNanos() * random.nextDouble()) + TimeUnit.MILLISECONDS.toNanos(500));
  }
}
