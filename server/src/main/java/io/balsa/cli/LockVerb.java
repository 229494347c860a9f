package io.balsa.cli;

import io.balsa.cli.graph.Owner;
import io.balsa.client.BalsaClient;
import io.balsa.client.lock.LockInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa lock NAME -- CMD ARGS...}, {@code --list}, {@code --describe}, {@code --graph}. */
@Command(name = "lock", customSynopsis = {"balsa lock [OPTIONS] NAME -- CMD [ARGS...]",
    "       balsa lock [OPTIONS] --list [PREFIX]", "       balsa lock [OPTIONS] --describe NAME",
    "       balsa lock [OPTIONS] --graph [PREFIX]"},
    description = {
        "Obtains a lock, runs CMD while it holds it, and releases it. Those who wait are served in the order in which they "
            + "came.",
        "CMD finds the lock's name in BALSA_LOCK_NAME and its fencing token in BALSA_LOCK_TOKEN; what it writes with "
            + "'balsa put --fence $BALSA_LOCK_NAME:$BALSA_LOCK_TOKEN' is refused once the lock is another's.",
        "SIGTERM and SIGHUP are CMD's to decide about; when it has ended, what it started is ended, too.",
        "When the lock is lost (this program was stopped or cut off for longer than --ttl) CMD and what it started are ended "
            + "with SIGTERM and, after --grace, SIGKILL.",
        "--graph draws who waits for whom, and ends with 1 when owners wait for each other, else with 0. Requests of one --owner "
            + "(in the SDK: ownedBy) count as one owner's. Where each client had to be taken for one owner to find a deadlock, it is "
            + "shown as a possible one, and the status stays 0.",
        "Ends with CMD's own status (128+n: by signal n); 125: lock not obtained; 126: lock lost; 127: CMD cannot be run."})
final class LockVerb implements Callable<Integer> {
  private static final int OWNER_BYTES_MAX = 256;

  private final Console console;

  @Mixin
  private final EndpointOptions endpoints = new EndpointOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "5s", converter = Durations.class,
      description = "How long to wait for the lock, like 500ms or 2h; 0: not at all. Default: 5s")
  private Duration timeout = Duration.ofSeconds(5);

  @Option(names = "--ttl", paramLabel = "TIME", defaultValue = "10s", converter = Durations.class,
      description = "When this program does not let the cluster hear of it for so long, the lock is free. Default: 10s")
  private Duration ttl = Duration.ofSeconds(10);

  @Option(names = "--grace", paramLabel = "TIME", defaultValue = "2s", converter = Durations.class,
      description = "From SIGTERM to SIGKILL when the lock is lost. Default: 2s")
  private Duration grace = Duration.ofSeconds(2);

  @Option(names = "--shared", description = "Shares the lock with others who share it.")
  private boolean shared;

  @Option(names = "--permits", paramLabel = "N",
      description = "With --shared: how many may hold it at a time; all who share it must say the same. Default: any number")
  private @Nullable Integer permits;

  @Option(names = "--owner", paramLabel = "TEXT",
      description = "Who holds it, for --list and --describe. Default: the host and the number of "
          + "this process, behind the owner of the lock that it runs under")
  private @Nullable String owner;

  @Option(names = "--list", arity = "0..1", fallbackValue = "", paramLabel = "PREFIX",
      description = "Shows the locks in use.")
  private @Nullable String list;

  @Option(names = "--describe", paramLabel = "NAME", description = "Shows who holds a lock and who waits for it.")
  private @Nullable String describe;

  @Option(names = "--graph", arity = "0..1", fallbackValue = "", paramLabel = "PREFIX",
      description = "Draws who waits for whom, and tells deadlocks; with PREFIX those at locks whose names begin so.")
  private @Nullable String graph;

  @Parameters(arity = "0..*", paramLabel = "NAME -- CMD ARGS", hidden = true)
  private List<String> words = List.of();

  LockVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    int shows = (list == null ? 0 : 1) + (describe == null ? 0 : 1) + (graph == null ? 0 : 1);
    if (shows > 0) {
      if (!words.isEmpty() || shows > 1) {
        throw VerbFailure.usage("--list, --describe and --graph stand alone, without a command");
      }
      return show();
    }
    if (words.size() < 2) {
      throw VerbFailure.usage((words.isEmpty() ? "the name of the lock and the command are missing"
          : "the command to run under the lock '" + words.getFirst() + "' is missing")
          + ": balsa lock NAME -- CMD ARGS");
    }
    if (permits != null && (!shared || permits < 1)) {
      throw VerbFailure.usage("--permits takes 1 or more, and goes with --shared");
    }
    if (ttl.isZero() || "".equals(owner)) {
      throw VerbFailure.usage("--ttl and --owner take more than nothing");
    }
    LockedCommand.Wanted wanted = new LockedCommand.Wanted(words.getFirst(), owner == null ? ownName() : owner,
        shared ? Optional.of(permits == null ? 0 : permits) : Optional.empty(), timeout, ttl, grace);
    return new LockedCommand(console, endpoints.endpoints(), wanted, words.subList(1, words.size())).run();
  }

  /** With the owner of the lock that this program runs under before it, for people and for {@code --graph}. */
  private static String ownName() {
    String runsIt = System.getenv().getOrDefault(LockedCommand.OWNER, "");
    String name = runsIt.isEmpty() ? hostAndPid() : runsIt + Owner.RUNS + hostAndPid();
    return name.getBytes(StandardCharsets.UTF_8).length <= OWNER_BYTES_MAX ? name : hostAndPid();
  }

  private static String hostAndPid() {
    String pid = Long.toString(ProcessHandle.current().pid());
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip() + ":" + pid;
    } catch (IOException e) {
      return pid; // only Linux has it there; asking a name server could take longer than the lock
    }
  }

  private Integer show() {
    if (timeout.isZero()) {
      throw VerbFailure.usage("--timeout must be more than nothing");
    }
    try (BalsaClient client = endpoints.client().timeout(timeout).build()) {
      if (graph != null) {
        return new LockGraph(console, output.json()).show(client.locks(), graph);
      }
      if (list != null) {
        List<LockInfo> found = client.locks().list(list);
        if (output.json()) {
          LockTexts.json(console, found);
        } else {
          LockTexts.table(found).forEach(console::println);
        }
      } else {
        String name = String.valueOf(describe);
        LockInfo found = client.locks().describe(name)
            .orElseThrow(() -> VerbFailure.refused("nobody holds the lock '" + name + "' or waits for it"));
        if (output.json()) {
          LockTexts.json(console, found);
        } else {
          LockTexts.lines(found).forEach(console::println);
        }
      }
      return ExitStatus.DONE;
    }
  }
}
