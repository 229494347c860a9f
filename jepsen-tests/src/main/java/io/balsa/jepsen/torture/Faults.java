package io.balsa.jepsen.torture;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Recorder;
import io.balsa.jepsen.nemesis.Installation;
import io.balsa.jepsen.nemesis.Nemesis;
import io.balsa.jepsen.nemesis.NotWholeAgainException;
import io.balsa.jepsen.nemesis.Target;
import io.balsa.jepsen.report.measure.Interval;
import io.balsa.jepsen.report.run.FaultRecord;
import io.balsa.junit.cluster.Await;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Does one fault after the other to a cluster, all of them in an order that is drawn, then all in another one: installs it, holds it,
 * ends it, and waits until all nodes are ready and clients are answered again. A node that ends without having been told to, and that
 * no fault explains, is a finding; it is started again. One thread.
 */
final class Faults {
  private static final Duration ANSWERED_MOST = Duration.ofSeconds(60);

  private final Target target;
  private final List<Nemesis> nemeses;
  private final Duration hold;
  private final Random random;
  private final Recorder recorder;
  private final ClientPool clients;
  private final Progress progress;
  private final Deque<Nemesis> round = new ArrayDeque<>();
  private final List<FaultRecord> records = new ArrayList<>();
  private final List<String> findings = new ArrayList<>();

  /** @param hold how long a fault lasts, about */
  Faults(Target target, List<Nemesis> nemeses, Duration hold, Random random, Recorder recorder, ClientPool clients,
      Progress progress) {
    this.target = target;
    this.nemeses = nemeses;
    this.hold = hold;
    this.random = random;
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
    return count(nemesis, FaultRecord.State.INSTALLED);
  }

  private long count(Nemesis nemesis, FaultRecord.State state) {
    return records.stream().filter(record -> record.name().equals(nemesis.name()) && record.state() == state).count();
  }

  /** One after the other until this time of the run's clock, and on until each has had as many turns as it must have. */
  void until(long end) throws InterruptedException {
    while (!nemeses.isEmpty() && (recorder.now() < end || someNeedsATurn())) {
      next();
      pass(Duration.ofMillis(500).plus(drawn(hold)));
    }
    pass(Duration.ofNanos(Math.max(0, end - recorder.now())));
  }

  private boolean someNeedsATurn() {
    return nemeses.stream()
        .anyMatch(
            nemesis -> turns(nemesis) < Counting.INSTALLED_LEAST && count(nemesis, FaultRecord.State.SKIPPED) == 0);
  }

  private long turns(Nemesis nemesis) {
    return records.stream().filter(record -> record.name().equals(nemesis.name())).count();
  }

  private Nemesis draw() {
    if (round.isEmpty()) {
      List<Nemesis> all = new ArrayList<>(nemeses);
      Collections.shuffle(all, random);
      round.addAll(all);
    }
    return round.remove();
  }

  private void next() throws InterruptedException {
    Nemesis nemesis = draw();
    long begun = recorder.now();
    Installation installation = nemesis.install(target, random);
    progress.tell(nemesis.name() + ": " + installation.what());
    switch (installation) {
      case Installation.Skipped skipped -> add(nemesis, skipped.what(), FaultRecord.State.SKIPPED, begun, begun, false);
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
      undo(nemesis, what, state, begun, undo);
    }
    long healed = recorder.now();
    startTheDead(nemesis);
    try {
      target.awaitReady();
    } catch (IllegalStateException e) {
      add(nemesis, what, state, begun, healed, false);
      throw new NotWholeAgainException("after " + nemesis.name() + " the cluster did not come back", e);
    }
    add(nemesis, what, state, begun, healed, true);
    progress.tell(nemesis.name() + " has ended, and all nodes are ready");
    awaitAnAnswer(nemesis);
  }

  /** Some wait until what they harmed has been repaired. */
  private void undo(Nemesis nemesis, String what, FaultRecord.State state, long begun, Installation.Undo undo)
      throws InterruptedException {
    try {
      undo.run();
    } catch (NotWholeAgainException e) {
      add(nemesis, what, state, begun, recorder.now(), false);
      throw e;
    }
  }

  private void awaitAnAnswer(Nemesis nemesis) {
    long answered = clients.count(Completion.OK);
    try {
      Await.until(ANSWERED_MOST, () -> clients.isBroken() || clients.count(Completion.OK) > answered,
          () -> "no client is answered, and all nodes are ready\n" + target.describe());
    } catch (IllegalStateException e) {
      throw new NotWholeAgainException("after " + nemesis.name() + " the cluster did not come back", e);
    }
    clients.requireWhole();
  }

  private void add(Nemesis nemesis, String what, FaultRecord.State state, long begun, long healed, boolean ready) {
    records.add(new FaultRecord(nemesis.name(), nemesis.family(), what, state, new Interval(begun, healed),
        ready ? OptionalLong.of(recorder.now()) : OptionalLong.empty()));
  }

  /** From half of it to one and a half, within what the nemesis wants. */
  private Duration holding(Nemesis nemesis) {
    long nanos = hold.toNanos() / 2 + drawn(hold).toNanos();
    long least = nemesis.holdAtLeast().toNanos();
    return Duration.ofNanos(Math.clamp(nanos, least, Math.max(least, nemesis.holdAtMost().toNanos())));
  }

  private Duration drawn(Duration most) {
    return Duration.ofNanos((long) (most.toNanos() * random.nextDouble()));
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
    target.reviveTheDead().forEach(finding -> findings.add("during or after " + nemesis.name() + ": " + finding));
  }
}
