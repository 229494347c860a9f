package io.balsa.server.sim;

import io.balsa.raft.sim.Campaign;
import io.balsa.raft.sim.Goal;
import io.balsa.raft.sim.Parts;
import io.balsa.raft.sim.SimResult;
import io.balsa.raft.sim.Simulation;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The long runs: {@code java @server/target/simulate.args --seconds 3600}. Prints how far it is, every finding with the command that
 * replays it, then what happened how often. Ends with 0 when nothing was found, with 1 when something was, or when a kind of fault,
 * message or call never happened over many seeds; with 2 for wrong usage.
 */
@Command(name = "simulate", sortOptions = false, mixinStandardHelpOptions = true, description = {
    "Runs the real code under simulated faults, each seed a run of its own."},
    footer = {"",
        "Examples, in the folder of the checkout, after mvn verify:",
        "  java @server/target/simulate.args --seconds 3600           an hour of seeds from 1 on",
        "  java @server/target/simulate.args --seeds 1000 --seed 5000 these thousand",
        "  java @server/target/simulate.args --replay 4711            one, with all that happens in it"})
final class Simulate implements Callable<Integer> {
  /** With fewer seeds than these a rare fault may well not have come. */
  private static final int JUDGED_FROM = 200;
  private static final int TWICE_ONE_IN = 50;
  private static final String PROGRAM = "java @server/target/simulate.args";

  /** What is put together and simulated. */
  enum Subject {
    /** Log on simulated disks, state machine, services, sessions, locks and leases of the SDK. */
    stack,
    /** Consensus alone, on a log of whole frames and a toy state machine. */
    raft
  }

  private final PrintStream out;

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--seconds", paramLabel = "N", description = "how long: seeds are begun for so many seconds")
  private @Nullable Long seconds;

  @Option(names = "--seeds", paramLabel = "COUNT", description = "how many seeds; in place of --seconds")
  private @Nullable Long seeds;

  @Option(names = "--seed", paramLabel = "S", description = "the first seed; default: ${DEFAULT-VALUE}")
  private long first = 1;

  @Option(names = "--threads", paramLabel = "N", description = "seeds run at a time; default: one for each processor")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--subject", paramLabel = "stack|raft", description = "stack: everything, clients included; "
      + "raft: consensus alone, on a toy log and state; default: ${DEFAULT-VALUE}")
  private Subject subject = Subject.stack;

  @Option(names = "--replay", paramLabel = "S",
      description = "runs this seed only and prints everything that happens in it")
  private @Nullable Long replay;

  Simulate(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] args) {
    System.exit(command(System.out).execute(args));
  }

  /** Wrong usage is one line. */
  static CommandLine command(PrintStream out) {
    return new CommandLine(new Simulate(out)).setParameterExceptionHandler((wrong, args) -> {
      CommandLine line = wrong.getCommandLine();
      line.getErr().println("simulate: " + String.valueOf(wrong.getMessage()).lines().collect(Collectors.joining(" "))
          + "; --help shows how");
      return line.getCommandSpec().exitCodeOnInvalidInput();
    });
  }

  @Override
  public Integer call() throws InterruptedException {
    check();
    return replay == null ? campaign() : replay(replay);
  }

  private void check() {
    if (replay != null && (seconds != null || seeds != null)) {
      throw wrong("--replay runs one seed: leave --seconds and --seeds out");
    }
    if (replay == null && (seconds == null) == (seeds == null)) {
      throw wrong("say how long, with either --seconds N or --seeds COUNT; or --replay S for one seed");
    }
    if ((seconds != null && seconds < 1) || (seeds != null && seeds < 1) || threads < 1) {
      throw wrong("--seconds, --seeds and --threads are at least 1");
    }
  }

  private ParameterException wrong(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }

  private int campaign() throws InterruptedException {
    Campaign campaign = new Campaign(new Campaign.Plan(Campaign.SAFETY, Goal.COUNTING, parts(),
        PROGRAM + " --subject " + subject + " --replay %d", this::isTwice), out);
    if (seeds != null) {
      campaign.runSeeds(first, seeds, threads);
    } else if (seconds != null) {
      campaign.runFor(first, Duration.ofSeconds(seconds), threads);
    }
    out.println(campaign.summary());
    Set<String> never = campaign
        .neverHappened(subject == Subject.stack ? StackSimulationTest.expected() : Set.of());
    boolean untried = campaign.seeds() >= JUDGED_FROM && !never.isEmpty();
    if (untried) {
      out.println("never happened, and so was not tried: " + never);
    }
    return campaign.findings().isEmpty() && !untried ? 0 : 1;
  }

  /** One in fifty, and those whose states are of another kind, for the same reason. */
  private boolean isTwice(long seed) {
    return seed % TWICE_ONE_IN == 0 || (subject == Subject.stack && StackParts.isOnRocks(seed));
  }

  private int replay(long seed) {
    SimResult result = Simulation.run(seed, Campaign.SAFETY, Goal.COUNTING, parts().apply(seed), out);
    if (result.violation() != null) {
      out.println(result.violation().getMessage());
      return 1;
    }
    out.println("seed " + seed + " broke nothing; trace hash " + result.traceHash()
        + (result.missing().isEmpty() ? "" : "; it does not count: " + result.missing()));
    return 0;
  }

  private LongFunction<Parts<?>> parts() {
    return switch (subject) {
      case stack -> StackParts::of;
      case raft -> seed -> new Parts.Toy();
    };
  }
}
