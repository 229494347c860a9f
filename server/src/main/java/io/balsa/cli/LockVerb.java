package io.balsa.cli;

import io.balsa.client.BalsaClient;
import io.balsa.client.lock.LockInfo;
import java.io.IOException;
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

/** {@code balsa lock NAME -- CMD ARGS...}, {@code --list}, {@code --describe}. */
@Command(name = "lock", customSynopsis = {"balsa lock [OPTIONS] NAME -- CMD [ARGS...]",
    "       balsa lock [OPTIONS] --list [PREFIX]", "       balsa lock [OPTIONS] --describe NAME"},
    description = {
        "Obtains a lock, runs CMD while it holds it, and releases it. Those who wait are served in the order in which they "
            + "came.",
        "CMD finds the lock's name in BALSA_LOCK_NAME and its fencing token in BALSA_LOCK_TOKEN; what it writes with "
            + "'balsa put --fence $BALSA_LOCK_NAME:$BALSA_LOCK_TOKEN' is refused once the lock is another's.",
        "SIGTERM and SIGHUP are CMD's to decide about; when it has ended, what it started is ended, too.",
        "When the lock is lost (this program was stopped or cut off for longer than --ttl) CMD and what it started are ended "
            + "with SIGTERM and, after --grace, SIGKILL.",
        "Ends with CMD's own status (128+n: by signal n); 125: lock not obtained; 126: lock lost; 127: CMD cannot be run."})
final class LockVerb implements Callable<Integer> {
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
      description = "Who holds it, for --list and --describe. Default: the host and the number of this process")
  private @Nullable String owner;

  @Option(names = "--list", arity = "0..1", fallbackValue = "", paramLabel = "PREFIX",
      description = "Shows the locks in use.")
  private @Nullable String list;

  @Option(names = "--describe", paramLabel = "NAME", description = "Shows who holds a lock and who waits for it.")
  private @Nullable String describe;

  @Option(names = "--graph", hidden = true, description = "Not built yet.")
  private boolean graph;

  @Parameters(arity = "0..*", paramLabel = "NAME -- CMD ARGS", hidden = true)
  private List<String> words = List.of();

  LockVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (graph) {
      throw VerbFailure
          .refused("the graph of who waits for whom is not built yet; 'balsa lock --list' shows every lock "
              + "with its holders and its queue");
    }
    if (list != null || describe != null) {
      if (!words.isEmpty() || (list != null && describe != null)) {
        throw VerbFailure.usage("--list and --describe stand alone, without a command");
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

  private static String ownName() {
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
