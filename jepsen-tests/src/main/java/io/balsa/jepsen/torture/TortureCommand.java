package io.balsa.jepsen.torture;

import io.balsa.jepsen.existing.AllowedFaults;
import io.balsa.jepsen.history.HistoryFile;
import io.balsa.jepsen.history.HistoryFiles;
import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.torture.workload.Verdict;
import io.balsa.jepsen.torture.workload.Workload;
import io.balsa.jepsen.torture.workload.Workloads;
import io.balsa.junit.cluster.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options, and what they ask for. */
@Command(name = "balsa torture", mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true,
    versionProvider = Version.class,
    description = "Starts a cluster, lets clients use it while faults are done to it, and judges what they saw.",
    footer = {"",
        "Every run leaves a directory: report.html and summary.json, the history for checkers, and the logs of the"
            + " nodes.",
        "",
        "Exit status: 0 all runs count and are valid, 1 a run is invalid, 2 wrong usage, 3 undecided, or a run does not"
            + " count: too few operations or faults."})
final class TortureCommand implements Callable<Integer> {
  private static final int NODES_MOST = 7;
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  @Option(names = "--workload", paramLabel = "W,...", split = ",", defaultValue = "register",
      description = "what clients do, a run each, or 'all' (default: ${DEFAULT-VALUE})")
  private List<String> workloads = List.of();

  @Option(names = "--nemesis", paramLabel = "N,...", split = ",",
      description = "what is done to the cluster: names or families, 'all', or 'none' (default: partition,kill,pause; with"
          + " --endpoints: what --faults allows)")
  private @Nullable List<String> nemeses;

  @Option(names = "--matrix", description = "a run for each workload with each word of --nemesis, and a table of all")
  private boolean matrix;

  @Option(names = "--rounds", paramLabel = "N", defaultValue = "1", description = "all of it N times, with other seeds")
  private int rounds;

  @Option(names = "--nodes", paramLabel = "N", defaultValue = "3", description = "of the cluster (default: 3)")
  private int nodes;

  @Option(names = "--seconds", paramLabel = "S", defaultValue = "60",
      description = "of a run; longer where each fault has not had its two turns by then (default: 60)")
  private int seconds;

  @Option(names = "--seconds-most", paramLabel = "S",
      description = "of a run that has done too little to count when its seconds are over, as on a slow machine: it goes on until it"
          + " has done enough, and no longer than this (default: as --seconds)")
  private @Nullable Integer secondsMost;

  @Option(names = "--seed", paramLabel = "SEED",
      description = "draws all that can be drawn; the next run has the next one")
  private @Nullable Long seed;

  @Option(names = "--clients", paramLabel = "N", defaultValue = "10", description = "(default: 10)")
  private int clients;

  @Option(names = "--rate", paramLabel = "R", defaultValue = "30",
      description = "steps a second of each client (default: 30)")
  private double rate;

  @Option(names = "--backend", paramLabel = "B", defaultValue = "auto",
      description = "namespaces (needs root), proxies, or auto: namespaces where they can be had")
  private Backend backend = Backend.AUTO;

  @Option(names = "--dist", paramLabel = "DIR",
      description = "the distribution whose servers are run (default: BALSA_HOME)")
  private @Nullable Path dist;

  @Option(names = "--endpoints", paramLabel = "H:P,...", split = ",",
      description = "uses the cluster that is there, instead of one of its own; the run's own keys begin with torture/,"
          + " and are deleted at the end")
  private @Nullable List<String> endpoints;

  @Option(names = "--faults", paramLabel = "FILE",
      description = "with --endpoints: the faults that may be done to it, as commands in YAML")
  private @Nullable Path allowed;

  @Option(names = "--dir", paramLabel = "DIR",
      description = "gets a directory for each run (default: balsa-torture-<date> in this one)")
  private @Nullable Path directory;

  @Option(names = "--list", description = "tells the workloads and the faults, and ends")
  private boolean list;

  @Option(names = "--check", paramLabel = "FILE",
      description = "judges the history.jsonl of a run of one --workload again, and ends; with --dir the shapes for other"
          + " checkers are written there")
  private @Nullable Path check;

  @Option(names = {"-o", "--output"}, paramLabel = "text|json", defaultValue = "text",
      description = "text, or the summaries of the runs, one on a line")
  private OutputFormat output = OutputFormat.TEXT;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    if (list) {
      System.out.print(Listing.text(catalogue().nemeses()));
      return ExitStatus.VALID;
    }
    if (check != null) {
      return checkAgain(check);
    }
    checkNumbers();
    Arena.Opening arenas = arenas();
    Path parent = parent();
    List<RunOptions> runs = runs(parent);
    Files.createDirectories(parent);
    return new Series(runs, arenas, parent, output).run();
  }

  /** Without {@code --faults} only what every client may ask for is allowed at a cluster of somebody's. */
  private AllowedFaults allowed() {
    require(allowed == null || endpoints != null, "--faults: only with --endpoints");
    try {
      return allowed == null ? AllowedFaults.none() : AllowedFaults.read(allowed);
    } catch (IllegalArgumentException e) {
      throw wrong("--faults: " + e.getMessage());
    }
  }

  private Catalogue catalogue() {
    AllowedFaults faults = allowed();
    return endpoints == null ? Catalogue.own() : Catalogue.of(faults.nemeses());
  }

  private Arena.Opening arenas() {
    AllowedFaults faults = allowed();
    List<String> existing = endpoints;
    if (existing == null) {
      requireServers();
      return options -> new OwnArena(options, backend);
    }
    for (String option : List.of("--nodes", "--dist", "--backend")) {
      require(!spec.commandLine().getParseResult().hasMatchedOption(option),
          option + ": not with --endpoints, whose nodes are there already");
    }
    try {
      ExistingArena.requireThere(existing);
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw wrong("--endpoints: " + e.getMessage());
    }
    return options -> ExistingArena.open(existing, faults, options);
  }

  private void requireServers() {
    if (dist != null) {
      System.setProperty(Distribution.PROPERTY, dist.toAbsolutePath().toString());
    }
    try {
      Distribution.program();
    } catch (IllegalStateException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    backend.hindrance().ifPresent(why -> {
      throw wrong("there are no namespaces here: " + why);
    });
  }

  /** The verdict on a history that is there, without what was seen of the nodes. */
  private int checkAgain(Path file) {
    require(workloads.size() == 1, "--check: of one --workload");
    Workload workload = workload(workloads.get(0));
    Verdict verdict;
    try {
      List<Operation> history = HistoryFile.read(file);
      if (directory != null) {
        HistoryFiles.write(directory, history);
      }
      verdict = workload.check(history, TortureRun.CHECK_MOST);
    } catch (NoSuchFileException e) {
      throw wrong("there is no " + file);
    } catch (IOException e) {
      throw wrong("--check: " + file + ": " + e.getMessage());
    }
    System.out.println(workload.name() + ": " + verdict.state() + " " + verdict.figures());
    verdict.findings().forEach(System.out::println);
    return ExitStatus.of(verdict.state(), true);
  }

  private Workload workload(String name) {
    try {
      return Workloads.named(name);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private void checkNumbers() {
    require(nodes >= 1 && nodes <= NODES_MOST, "--nodes: 1 to " + NODES_MOST);
    require(seconds >= 1, "--seconds: at least 1");
    require(secondsMost() >= seconds, "--seconds-most: at least --seconds");
    require(clients >= 1, "--clients: at least 1");
    require(rate > 0 && rate <= 10_000, "--rate: more than 0, at most 10000");
    require(rounds >= 1, "--rounds: at least 1");
  }

  private int secondsMost() {
    return secondsMost == null ? seconds : secondsMost;
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw wrong(otherwise);
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private Path parent() {
    return Optional.ofNullable(directory)
        .orElseGet(() -> Path.of("balsa-torture-" + STAMP.format(LocalDateTime.now(ZoneId.systemDefault()))))
        .toAbsolutePath();
  }

  private List<RunOptions> runs(Path parent) {
    long next = Optional.ofNullable(seed).orElseGet(() -> System.nanoTime() & 0x7fff_ffff);
    List<String> names = workloads.contains("all") ? Workloads.all().stream().map(Workload::name).toList() : workloads;
    Catalogue catalogue = catalogue();
    List<String> usual = catalogue.usual().isEmpty() ? List.of("none") : catalogue.usual();
    List<String> all = Optional.ofNullable(nemeses).orElse(usual);
    List<List<String>> together = matrix ? all.stream().map(List::of).toList() : List.of(all);
    List<RunOptions> runs = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (String name : names) {
        for (List<String> words : together) {
          runs.add(options(name, catalogue, words, next++, parent));
        }
      }
    }
    return runs;
  }

  private RunOptions options(String workload, Catalogue catalogue, List<String> words, long drawing, Path parent) {
    String faults = String.join(",", words);
    String command = String.format(Locale.ROOT,
        "balsa torture --workload %s --nemesis %s%s --seconds %d%s --clients %d --rate %s --seed %d", workload, faults,
        where(), seconds, secondsMost == null ? "" : " --seconds-most " + secondsMost, clients, rate, drawing);
    try {
      return new RunOptions(workload + " under " + faults, workload(workload), catalogue.named(words), nodes,
          Duration.ofSeconds(seconds), Duration.ofSeconds(secondsMost()), drawing, clients, rate,
          parent.resolve(workload + "-" + faults.replace(',', '-') + "-" + drawing), command);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private String where() {
    if (endpoints == null) {
      return " --nodes " + nodes + " --backend " + backend;
    }
    return " --endpoints " + String.join(",", endpoints) + (allowed == null ? "" : " --faults " + allowed);
  }
}
