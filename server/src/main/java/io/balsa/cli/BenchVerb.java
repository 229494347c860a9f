package io.balsa.cli;

import io.balsa.cli.bench.LoadPlan;
import io.balsa.cli.bench.LoadProgress;
import io.balsa.cli.bench.LoadReport;
import io.balsa.cli.bench.LoadRun;
import io.balsa.cli.bench.SdkClient;
import io.balsa.client.kv.GetOption;
import io.balsa.client.routing.ReadBalance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa bench put|get|incr|mix}. */
@Command(name = "bench", description = {"Puts load on the cluster and tells throughput and latency.",
    "The warm-up is not counted. get and mix load the keys first; a get that finds nothing is an error.",
    "With --rate operations fall due at equal distances, and their time counts from then on.",
    "Ends with 1 when an operation failed. Keys are written under 'bench/'."})
final class BenchVerb implements Callable<Integer> {
  private static final int IN_FLIGHT_MOST = 4096;

  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Mixin
  private final ReadOptions read = new ReadOptions();

  @Parameters(paramLabel = "put|get|incr|mix", description = "mix: half puts, half gets.")
  private LoadPlan.Operation operation = LoadPlan.Operation.PUT;

  @Option(names = "--api", paramLabel = "session|unary", defaultValue = "session",
      description = "Through a session, exactly once (the default), or a call each.")
  private Api api = Api.SESSION;

  @Option(names = "--read-from", paramLabel = "leader|any", defaultValue = "leader",
      description = "With --api unary: where gets go. any: to all nodes in --endpoints. Default: leader")
  private From readFrom = From.LEADER;

  @Option(names = "--clients", paramLabel = "N", defaultValue = "4", description = "Default: 4")
  private int clients = 4;

  @Option(names = "--in-flight", paramLabel = "N", defaultValue = "64",
      description = "Unanswered operations, over all clients. Default: 64")
  private int inFlight = 64;

  @Option(names = "--value-size", paramLabel = "BYTES", defaultValue = "256", description = "Of a put. Default: 256")
  private int valueSize = 256;

  @Option(names = "--keys", paramLabel = "N", defaultValue = "10000", description = "Different keys. Default: 10000")
  private int keys = 10_000;

  @Option(names = "--warmup", paramLabel = "TIME", defaultValue = "10s", converter = Durations.class,
      description = "Default: 10s")
  private Duration warmup = Duration.ofSeconds(10);

  @Option(names = "--seconds", paramLabel = "TIME", defaultValue = "20s", converter = Durations.class,
      description = "How long is measured. Default: 20")
  private Duration measured = Duration.ofSeconds(20);

  @Option(names = "--rate", paramLabel = "R", defaultValue = "0",
      description = "Operations due a second. Default: the next when one is answered")
  private double rate;

  BenchVerb(Console console) {
    this.console = console;
  }

  /** How operations travel. */
  enum Api {
    SESSION,
    UNARY;

    /** As it is typed, and as shells complete it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where gets go that are calls of their own. */
  enum From {
    LEADER,
    ANY;

    ReadBalance balance() {
      return this == LEADER ? ReadBalance.LEADER : ReadBalance.RANDOM;
    }

    /** As it is typed, and as shells complete it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    check(clients >= 1 && clients <= inFlight, "--clients takes 1 to --in-flight (" + inFlight + "), not " + clients);
    check(inFlight <= IN_FLIGHT_MOST, "--in-flight takes at most " + IN_FLIGHT_MOST + ", not " + inFlight);
    check(valueSize >= 0 && valueSize <= 1 << 20, "--value-size takes 0 to 1048576, not " + valueSize);
    check(keys >= 1, "--keys takes 1 or more, not " + keys);
    check(!measured.isZero(), "--seconds must be more than nothing");
    check(rate >= 0, "--rate takes no negative number");
    check(readFrom == From.LEADER || api == Api.UNARY,
        "--read-from any goes with --api unary: a session reads where it is");
    LoadPlan plan = new LoadPlan(operation, inFlight, valueSize, keys, warmup, measured, rate);
    GetOption[] reading = read.get(0);
    List<SdkClient> connected = new ArrayList<>();
    try {
      for (int i = 0; i < clients; i++) {
        connected.add(SdkClient.connect(client.endpoints(), client.timeout(), api == Api.SESSION, readFrom.balance(),
            reading));
      }
      try (LoadRun run = new LoadRun(plan, connected, Failures::reason)) {
        if (operation.reads()) {
          run.loadKeys(new LoadProgress(console));
        }
        return tell(run.run(new LoadProgress(console)));
      }
    } finally {
      connected.forEach(SdkClient::close);
    }
  }

  private static void check(boolean right, String otherwise) {
    if (!right) {
      throw VerbFailure.usage(otherwise);
    }
  }

  private int tell(LoadReport report) {
    if (output.json()) {
      json(report);
    } else {
      table(report);
    }
    console.flush();
    if (report.operations() == 0 && report.errorCount() == 0) {
      throw VerbFailure
          .unavailable("every operation took longer than the measured time; measure longer, with fewer in flight");
    }
    if (report.errorCount() == 0) {
      return ExitStatus.DONE;
    }
    String reasons = report.errors().entrySet().stream().map(e -> e.getKey() + " " + Numbers.grouped(e.getValue()))
        .collect(Collectors.joining(", "));
    String text = Numbers.grouped(report.errorCount()) + " operations failed: " + reasons;
    throw report.operations() == 0 ? VerbFailure.unavailable(text) : VerbFailure.refused(text);
  }

  private void json(LoadReport report) {
    Json.document(console, json -> {
      json.writeStartObject();
      json.writeStringField("op", operation.toString());
      json.writeNumberField("clients", clients);
      json.writeNumberField("inFlight", inFlight);
      json.writeNumberField("seconds", rounded(report.seconds(), 1000));
      json.writeNumberField("operations", report.operations());
      json.writeNumberField("errors", report.errorCount());
      json.writeNumberField("opsPerSecond", rounded(report.operationsPerSecond(), 10));
      json.writeObjectFieldStart("latencyMicros");
      json.writeNumberField("mean", rounded(report.meanMicros(), 10));
      json.writeNumberField("p50", rounded(report.percentileMicros(50), 10));
      json.writeNumberField("p99", rounded(report.percentileMicros(99), 10));
      json.writeNumberField("p999", rounded(report.percentileMicros(99.9), 10));
      json.writeNumberField("max", rounded(report.maxMicros(), 10));
      json.writeEndObject();
      json.writeEndObject();
    });
  }

  private static double rounded(double number, int partsOfOne) {
    return Math.rint(number * partsOfOne) / partsOfOne;
  }

  private void table(LoadReport report) {
    Table table = new Table("OP", ">CLIENTS", ">IN FLIGHT", ">SECONDS", ">OPERATIONS", ">ERRORS", ">OPS/S", ">MEAN MS",
        ">P50 MS", ">P99 MS", ">P99.9 MS", ">MAX MS");
    table.row(operation.toString(), Integer.toString(clients), Integer.toString(inFlight),
        Numbers.decimals(report.seconds(), 1), Numbers.grouped(report.operations()),
        Numbers.grouped(report.errorCount()),
        Numbers.grouped(Math.round(report.operationsPerSecond())), millis(report.meanMicros()),
        millis(report.percentileMicros(50)), millis(report.percentileMicros(99)), millis(report.percentileMicros(99.9)),
        millis(report.maxMicros()));
    table.lines("").forEach(console::println);
  }

  private static String millis(double micros) {
    return Numbers.decimals(micros / 1000, 2);
  }
}
