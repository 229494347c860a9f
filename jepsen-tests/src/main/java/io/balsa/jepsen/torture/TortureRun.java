package io.balsa.jepsen.torture;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Recorder;
import io.balsa.jepsen.nemesis.NotWholeAgainException;
import io.balsa.jepsen.nemesis.Target;
import io.balsa.jepsen.report.measure.Interval;
import io.balsa.jepsen.report.run.RunReport;
import io.balsa.jepsen.report.run.WorkloadResult;
import io.balsa.jepsen.torture.workload.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * One run, from an empty directory to a verdict: starts a cluster, lets clients use it while faults are done to it, makes it whole,
 * and judges what the clients saw and what the nodes are.
 */
final class TortureRun {
  /** Before the first fault and after the last one: what the store does when nothing is done to it. */
  private static final Duration QUIET = Duration.ofSeconds(3);
  /** A run that has done too little goes on by so much, and is looked at again. */
  private static final Duration MORE = Duration.ofSeconds(5);
  private static final Duration STEPS_MOST = Duration.ofSeconds(60);
  /** A check that needs longer has no verdict. */
  static final Duration CHECK_MOST = Duration.ofMinutes(5);

  /** Of a workload whose last reads could not be done. */
  private static final Verdict UNJUDGED = new Verdict(Verdict.State.UNDECIDED,
      List.of("not judged: the last reads are missing"), Map.of());

  private final RunOptions options;
  private final Arena arena;
  private final Random random;

  /** @param arena for this run alone; closed by whoever made it */
  TortureRun(RunOptions options, Arena arena) {
    this.options = options;
    this.arena = arena;
    this.random = new Random(new SplittableRandom(options.seed()).nextLong()); // seeds that follow each other differ at once
  }

  /**
   * Does it all; everything the nodes leave is in the run's directory.
   *
   * @throws IllegalStateException the harness failed, or the cluster did not come back: there is no verdict
   */
  RunReport run() throws InterruptedException {
    Target target = arena.start(random);
    Instant began = Instant.now();
    Recorder recorder = new Recorder();
    Progress progress = new Progress(recorder);
    try (ClientPool clients = new ClientPool(options.workload(), recorder, target.nodes(), target.clients(),
        options.clients(), options.rate(), options.seed())) {
      Faults faults = new Faults(target, options.nemeses(), options.hold(), random, recorder,
          clients,
          progress);
      options.workload().prepare(clients.first());
      long begin = recorder.now();
      clients.start();
      try {
        faults.pass(QUIET);
        faults.until(begin + options.length().toNanos());
        while (tooFew(recorder) && recorder.now() < begin + options.lengthMost().toNanos()) {
          faults.until(Math.min(recorder.now() + MORE.toNanos(), begin + options.lengthMost().toNanos()));
        }
        faults.pass(QUIET);
      } catch (NotWholeAgainException e) {
        progress.tell("the cluster does not come back");
        EndState end = EndState.notWhole(String.valueOf(e.getMessage()));
        return report(target, faults, recorder, began, new Interval(begin, recorder.now()), UNJUDGED, end);
      }
      progress.tell("no more faults; the last operations");
      clients.stop(STEPS_MOST);
      Interval load = new Interval(begin, recorder.now());
      clients.finish();
      progress.tell("checking");
      EndState end = EndState.of(target);
      Verdict verdict = options.workload().check(recorder.operations(), CHECK_MOST);
      return report(target, faults, recorder, began, load, verdict, end);
    }
  }

  private boolean tooFew(Recorder recorder) {
    return recorder.count(Completion.OK) < options.workload().okLeast();
  }

  private RunReport report(Target target, Faults faults, Recorder recorder, Instant began, Interval load,
      Verdict verdict, EndState end) {
    List<String> wrongWithNodes = new ArrayList<>(faults.findings());
    wrongWithNodes.addAll(end.findings());
    WorkloadResult result = new WorkloadResult(options.workload().name(), verdict.butInvalid(wrongWithNodes),
        recorder.operations(), options.workload().mutations());
    return new RunReport(options.title(), options.seed(), options.command(), target.backend(), end.version(),
        target.nodes().stream().map(Target.Node::id).toList(), began, load, List.of(result), faults.records(),
        Counting.objections(options, recorder, faults, arena.isRoots()), end.states(), target.logs(),
        Environment.facts());
  }
}
