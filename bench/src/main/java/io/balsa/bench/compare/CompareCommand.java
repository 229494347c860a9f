package io.balsa.bench.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.junit.cluster.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options, and what they ask for. */
@Command(name = "balsa compare", mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true,
    versionProvider = Version.class,
    description = "Measures Balsa beside other stores on this machine: three nodes of each (of Redis one), by turns, under the same load.",
    footer = {"", "Exit status: 0 measured, 1 a store failed, 2 wrong usage."})
final class CompareCommand implements Callable<Integer> {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  /** How the result is told. */
  enum Output {
    TEXT, JSON
  }

  @Option(names = "--stores", paramLabel = "S,...", split = ",", defaultValue = "balsa,etcd,zookeeper,redis",
      description = "which (default: ${DEFAULT-VALUE}); what is not installed is left out, and that is said")
  private List<Subject> stores = List.of();

  @Option(names = "--workloads", paramLabel = "W,...", split = ",", defaultValue = "all",
      description = "put-64, put-1000, get-64, put-1, session-put-1000, session-incr-1000, all or none (default: all)")
  private List<String> workloads = List.of();

  @Option(names = "--rounds", paramLabel = "N", defaultValue = "3", description = "of all stores (default: 3)")
  private int rounds;

  @Option(names = "--seconds", paramLabel = "S", defaultValue = "10", description = "of each window (default: 10)")
  private int seconds;

  @Option(names = "--warmup", paramLabel = "S", defaultValue = "20",
      description = "of each load, before its window (default: 20)")
  private int warmup;

  @Option(names = "--watchers", paramLabel = "N", defaultValue = "1000",
      description = "of all keys, while put-64 goes on, in each round, after its workloads; 0: none (default: 1000)")
  private int watchers;

  @Option(names = "--kills", paramLabel = "N", defaultValue = "7",
      description = "of the leader by SIGKILL, in each round, at its end; 0: none (default: 7)")
  private int kills;

  @Option(names = "--open-rate", paramLabel = "N",
      description = "puts a second that are sent without waiting for answers, in rounds of their own; 0: none (default: as"
          + " many as etcd took of put-1000)")
  private @Nullable Integer openRate;

  @Option(names = "--keys", paramLabel = "N", defaultValue = "100000", description = "(default: 100000)")
  private int keys;

  @Option(names = "--value-size", paramLabel = "B", defaultValue = "256", description = "(default: 256)")
  private int valueBytes;

  @Option(names = "--dir", paramLabel = "DIR",
      description = "gets data while it is needed, logs, and the result (default: balsa-compare-<date> in this one)")
  private @Nullable Path directory;

  @Option(names = {"-o", "--output"}, paramLabel = "text|json", defaultValue = "text", description = "(default: text)")
  private Output output = Output.TEXT;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException {
    require(rounds >= 1, "--rounds: at least 1");
    require(seconds >= 1, "--seconds: at least 1");
    require(warmup >= 0, "--warmup: at least 0");
    require(watchers >= 0, "--watchers: at least 0");
    require(kills >= 0, "--kills: at least 0");
    require(openRate == null || openRate >= 0, "--open-rate: at least 0");
    require(keys >= 1 && keys < 100_000_000, "--keys: 1 to 99999999");
    require(valueBytes >= 1 && valueBytes <= 1 << 20, "--value-size: 1 to 1048576");
    List<Workload> asked = asked();
    List<Subject> there = there();
    Path result = Optional.ofNullable(directory)
        .orElseGet(() -> Path.of("balsa-compare-" + STAMP.format(LocalDateTime.now(ZoneId.systemDefault()))))
        .toAbsolutePath();
    Files.createDirectories(result);
    Optional<String> undrawn = Charts.hindrance();
    undrawn.ifPresent(why -> System.err.println("left out: comparison.html: " + why));
    Comparison.Result measured = new Comparison(new Comparison.Plan(there, asked, rounds, keys, valueBytes,
        Duration.ofSeconds(warmup), Duration.ofSeconds(seconds), watchers, kills, openRate), result).run();
    String table = Table.of(asked, measured);
    String json = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(byName(measured));
    Files.writeString(result.resolve("comparison.md"), table);
    Files.writeString(result.resolve("comparison.json"), json + "\n");
    if (undrawn.isEmpty()) {
      Files.writeString(result.resolve("comparison.html"), Charts.page(asked, measured));
    }
    System.out.println(output == Output.JSON ? json : table);
    return 0;
  }

  private static Map<String, Object> byName(Comparison.Result measured) {
    Map<String, Map<String, Figures>> workloads = new LinkedHashMap<>();
    measured.figures().forEach((subject, its) -> its.forEach((workload, figures) -> workloads
        .computeIfAbsent(subject.toString(), added -> new LinkedHashMap<>()).put(workload.toString(), figures)));
    Map<String, Watched> watched = new LinkedHashMap<>();
    measured.watched().forEach((subject, its) -> watched.put(subject.toString(), its));
    Map<String, Gaps> gaps = new LinkedHashMap<>();
    measured.gaps().forEach((subject, its) -> gaps.put(subject.toString(), its));
    Map<String, Figures> open = new LinkedHashMap<>();
    measured.open().forEach((subject, its) -> open.put(subject.toString(), its));
    Map<String, Object> byName = new LinkedHashMap<>();
    byName.put("workloads", workloads);
    byName.put("watched", watched);
    byName.put("openRate", measured.openRate());
    byName.put("open", open);
    byName.put("leaderKilled", gaps);
    return byName;
  }

  private List<Workload> asked() {
    try {
      if (workloads.equals(List.of("none"))) {
        return List.of();
      }
      return workloads.contains("all") ? Arrays.asList(Workload.values())
          : workloads.stream().map(Workload::named).distinct().toList();
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private List<Subject> there() {
    List<Subject> there = new ArrayList<>();
    for (Subject subject : stores) {
      Optional<String> hindrance = subject.hindrance();
      hindrance.ifPresent(why -> System.err.println("left out: " + subject + ": " + why));
      if (hindrance.isEmpty()) {
        there.add(subject);
      }
    }
    require(!there.isEmpty(), "none of the stores can be run here");
    if (there.contains(Subject.BALSA)) {
      try {
        Distribution.program();
      } catch (IllegalStateException e) {
        throw wrong(String.valueOf(e.getMessage()));
      }
    }
    return there;
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw wrong(otherwise);
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
