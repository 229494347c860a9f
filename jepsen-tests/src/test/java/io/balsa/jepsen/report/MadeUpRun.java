package io.balsa.jepsen.report;

import static io.balsa.jepsen.report.Histories.ms;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.report.measure.Interval;
import io.balsa.jepsen.report.run.FaultRecord;
import io.balsa.jepsen.report.run.RunReport;
import io.balsa.jepsen.report.run.WorkloadResult;
import io.balsa.jepsen.torture.workload.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/** A run that never was, as one looks: ten clients at five nodes, sixty seconds, faults, and what clients see of them. */
public final class MadeUpRun {
  private static final int CLIENTS = 10;
  private static final List<String> NODES = List.of("n1", "n2", "n3", "n4", "n5");
  private static final Interval LOAD = new Interval(ms(400), ms(60_400));
  private static final long TIMEOUT = ms(2500);

  private final Random random;
  private final List<Operation> operations = new ArrayList<>();
  private int processes;

  /** From when until when writes get nowhere, and the node that answers nothing until its own end. */
  private record Trouble(long from, long to, String node, long nodeTo, boolean refuses) {}

  private static final List<Trouble> TROUBLES = List.of(new Trouble(ms(8000), ms(9350), "n1", ms(11_200), true),
      new Trouble(ms(18_000), ms(19_700), "n3", ms(25_900), false),
      new Trouble(ms(33_000), ms(34_250), "n2", ms(38_000), false),
      new Trouble(ms(46_000), ms(49_900), "n5", ms(51_400), true));

  private MadeUpRun(long seed) {
    this.random = new Random(seed);
  }

  /** Drawn from a seed; the workload's checker said this. */
  public static RunReport of(long seed, Verdict verdict, List<String> discounts, Map<String, Path> logs) {
    List<Operation> history = new MadeUpRun(seed).history();
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("java", "OpenJDK 25");
    environment.put("machine", "Linux 6.12, 2 processors, 8 GB");
    environment.put("user", "root");
    return new RunReport("register against partition, kill, pause, power", seed,
        "./balsa torture --workload register --nemesis partition,kill,pause,power --nodes 5 --seconds 60 --seed "
            + seed,
        "namespaces", "0.1.0", NODES, Instant.parse("2030-05-06T07:08:09.123Z"), LOAD,
        List.of(new WorkloadResult("register", verdict, history, Set.of("write", "cas"))), faults(), discounts,
        RunReport.States.EQUAL, logs, environment);
  }

  private static List<FaultRecord> faults() {
    return List.of(
        new FaultRecord("kill-leader", "kill", "SIGKILL of n1, the leader of term 2; started again after 2 s",
            FaultRecord.State.INSTALLED, new Interval(ms(8000), ms(10_000)), OptionalLong.of(ms(11_200))),
        new FaultRecord("partition-leader", "partition", "n3, the leader of term 3, cut off from all others",
            FaultRecord.State.INSTALLED, new Interval(ms(18_000), ms(25_000)), OptionalLong.of(ms(25_900))),
        new FaultRecord("disk-full", "disk", "the nodes share a file system: started without root",
            FaultRecord.State.SKIPPED, new Interval(ms(31_000), ms(31_000)), OptionalLong.empty()),
        new FaultRecord("pause-leader", "pause",
            "SIGSTOP of n2, the leader of term 5, for 4 s; it may have ended first",
            FaultRecord.State.INDETERMINATE, new Interval(ms(33_000), ms(37_000)), OptionalLong.of(ms(38_000))),
        new FaultRecord("power-all", "power", "power loss of n1, n2, n3, n4, n5; on again at once",
            FaultRecord.State.INSTALLED, new Interval(ms(46_000), ms(46_500)), OptionalLong.of(ms(51_400))));
  }

  private List<Operation> history() {
    for (int client = 0; client < CLIENTS; client++) {
      client(NODES.get(client % NODES.size()));
    }
    operations.sort(Comparator.comparingLong(Operation::completed));
    return operations;
  }

  private void client(String node) {
    int process = processes++;
    for (long now = LOAD.from() + ms(random.nextInt(20)); now < LOAD.to();) {
      boolean write = random.nextInt(10) < 6;
      Operation operation = operation(process, node, write, now);
      operations.add(operation);
      now = operation.completed() + 200_000;
      if (operation.completion() == Completion.UNKNOWN) {
        process = processes++;
      } else if (operation.completion() == Completion.FAILED) {
        now += ms(40 + random.nextInt(80));
      }
    }
  }

  private Operation operation(int process, String node, boolean write, long now) {
    long takes = (long) (ms(write ? 11 : 4) * Math.exp(random.nextGaussian() * 0.45));
    String function = write ? random.nextInt(4) == 0 ? "cas" : "write" : "read";
    Object argument = write ? List.of("r" + random.nextInt(8), (long) random.nextInt(100)) : "r" + random.nextInt(8);
    for (Trouble trouble : TROUBLES) {
      boolean bound = node.equals(trouble.node);
      long end = bound ? trouble.nodeTo : trouble.to;
      if (now + takes >= trouble.from && now < end) {
        if (bound && trouble.refuses && now > trouble.from) {
          return new Operation(process, node, function, argument, null, now, now + 900_000, Completion.FAILED,
              "UNAVAILABLE: connection refused: " + node);
        }
        long waits = Math.min(end - now + takes + ms(random.nextInt(120)), TIMEOUT);
        if (waits == TIMEOUT || (now < trouble.from && random.nextInt(3) == 0)) {
          return new Operation(process, node, function, argument, null, now, now + waits, Completion.UNKNOWN,
              "DEADLINE_EXCEEDED: no answer of " + node + " in 2.5 s");
        }
        takes = waits;
      }
    }
    boolean refused = function.equals("cas") && random.nextInt(2) == 0;
    return refused
        ? new Operation(process, node, function, argument, null, now, now + takes, Completion.FAILED, "another value")
        : new Operation(process, node, function, argument, write ? null : (Object) (long) random.nextInt(100), now,
            now + takes, Completion.OK, null);
  }
}
