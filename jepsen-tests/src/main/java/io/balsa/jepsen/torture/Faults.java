package io.balsa.jepsen.torture;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Recorder;
import io.balsa.jepsen.nemesis.Installation;
import io.balsa.jepsen.nemesis.Nemesis;
import io.balsa.jepsen.nemesis.Target;
import io.balsa.jepsen.report.FaultRecord;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Does one fault after the other to a cluster: installs it, holds it, ends it, and waits until all nodes are ready and clients are
 * answered again. A node that ends without having been told to, and that no fault explains, is a finding; it is started again. One
 * thread.
 */
final class Faults {
  private static final Duration ANSWERED_MOST = Duration.ofSeconds(60);

  private final Target target;
  private final FaultPlan plan;
  private final Random random;
  private final Duration hold;
  private final Recorder recorder;
  private final ClientPool clients;
  private final Progress progress;
  private final List<FaultRecord> records = new ArrayList<>();
  private final List<String> findings = new ArrayList<>();

  /** @param hold how long a fault lasts, about */
  Faults(Target target, FaultPlan plan, Random random, Duration hold, Recorder recorder, ClientPool clients,
      Progress progress) {
    this.target = target;
    this.plan = plan;
    this.random = random;
    this.hold = hold;
    this.recorder = recorder;
    this.clients = clients;
    this.progress = progress;
  }

  /** What was done until now. */
  List<FaultRecord> records() {
    return List.copyOf(records);
  }

  /** What the nodes did that no node may do. */
  List<String> findings() {
    return List.copyOf(findings);
  }

  /** How often this one was there. */
  long installed(Nemesis nemesis) {
    return records.stream().filter(
        record -> record.name().equals(nemesis.name()) && record.state() == FaultRecord.State.INSTALLED).count();
  }

  /** The next one of the plan, from its begin until nothing is left of it. */
  void next() throws InterruptedException {
    Nemesis nemesis = plan.next();
    progress.fault(nemesis.name() + " ...");
    long begun = recorder.now();
    Installation installation = nemesis.install(target, random);
    long installed = recorder.now();
    progress.fault(nemesis.name() + ": " + installation.what());
    switch (installation) {
      case Installation.Skipped skipped -> records.add(new FaultRecord(nemesis.name(), nemesis.family(),
          skipped.what(), FaultRecord.State.SKIPPED, begun, installed, installed));
      case Installation.Installed there -> end(nemesis, there.what(), FaultRecord.State.INSTALLED, begun, there.undo());
      case Installation.Indeterminate maybe ->
        end(nemesis, maybe.what(), FaultRecord.State.INDETERMINATE, begun, maybe.undo());
    }
  }

  private void end(Nemesis nemesis, String what, FaultRecord.State state, long begun, Installation.Undo undo)
      throws InterruptedException {
    try {
      pass(holding(nemesis));
    } finally {
      undo.run();
    }
    long healed = recorder.now();
    progress.fault(nemesis.name() + " ended; waiting until all nodes are ready");
    startTheDead(nemesis);
    target.cluster().awaitReady();
    long ready = recorder.now();
    records.add(new FaultRecord(nemesis.name(), nemesis.family(), what, state, begun, healed, ready));
    long answered = clients.count(Completion.OK);
    Await.until(ANSWERED_MOST, () -> {
      clients.requireWhole();
      return clients.count(Completion.OK) > answered;
    }, () -> "no client is answered, and all nodes are ready\n" + target.cluster().describe());
  }

  /** From half of it to one and a half. */
  private Duration holding(Nemesis nemesis) {
    long nanos = (long) (hold.toNanos() * (0.5 + random.nextDouble()));
    return Duration.ofNanos(Math.max(nanos, nemesis.holdAtLeast().toNanos()));
  }

  /** Nothing happens but what clients do. */
  void pass(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      clients.requireWhole();
      LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private void startTheDead(Nemesis nemesis) {
    for (ServerProcess node : target.cluster().nodes()) {
      if (!node.isAlive()) {
        List<String> log = node.logText().lines().toList();
        findings.add(node + " ended during or after " + nemesis.name() + ", and nobody told it to; it said last:\n"
            + String.join("\n", log.subList(Math.max(0, log.size() - 12), log.size())));
        node.start();
      }
    }
  }
}
