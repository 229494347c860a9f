package io.balsa.jepsen.report.run;

import static io.balsa.jepsen.report.Histories.between;
import static io.balsa.jepsen.report.Histories.failed;
import static io.balsa.jepsen.report.Histories.fault;
import static io.balsa.jepsen.report.Histories.ms;
import static io.balsa.jepsen.report.Histories.ok;
import static io.balsa.jepsen.report.Histories.skipped;
import static io.balsa.jepsen.report.Histories.unknown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.report.measure.Tally;
import io.balsa.jepsen.report.run.RunReport.States;
import io.balsa.jepsen.report.run.RunSummary.FaultFigures;
import io.balsa.jepsen.report.run.RunSummary.FunctionFigures;
import io.balsa.jepsen.report.run.RunSummary.OutageFigures;
import io.balsa.jepsen.report.run.RunSummary.WorkloadFigures;
import io.balsa.jepsen.torture.workload.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers of a run of which they are known, and the file of them. */
class SummarizerTest {
  private static final Verdict VALID = new Verdict(Verdict.State.VALID, List.of(), Map.of("keys", 8L));
  private static final Verdict INVALID = new Verdict(Verdict.State.INVALID, List.of("lost 3"), Map.of());
  private static final Verdict UNDECIDED = new Verdict(Verdict.State.UNDECIDED, List.of("out of time"), Map.of());

  private static RunReport run(States states, Verdict... verdicts) {
    List<WorkloadResult> workloads = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      workloads.add(new WorkloadResult("set", verdict, history(), Set.of("add")));
    }
    return new RunReport("set", 7, "balsa torture", "proxies", "0.1.0", List.of("n1"), Instant.EPOCH,
        between(0, 20_000), workloads, List.of(fault("kill", "kill", 5000, 6000), skipped("power", "power", 15_000)),
        List.of("power was skipped"), states, Map.of(), Map.of("java", "25"));
  }

  /** An add each 100 ms but for 4.9 s to 8.1 s; reads all the time, one of them after the load. */
  private static List<Operation> history() {
    List<Operation> operations = new ArrayList<>();
    for (int at = 100; at < 20_000; at += 100) {
      operations.add(at > 4900 && at < 8100 ? failed("add", at - 10, at) : ok("add", at - 10, at));
      operations.add(ok("read", at - 5, at));
    }
    operations.add(unknown("add", 4950, 8000));
    operations.add(ok("read", 20_000, 21_000));
    return operations;
  }

  @Test
  void theNumbersAreThoseOfTheHistory() {
    RunSummary summary = Summarizer.summarize(run(States.EQUAL, VALID));
    assertThat(summary.verdict()).isEqualTo(Verdict.State.VALID);
    assertThat(summary.counts()).isFalse();
    assertThat(summary.loadNanos()).isEqualTo(ms(20_000));
    assertThat(summary.operations()).as("199 adds, 31 of them failed; 200 reads").isEqualTo(new Tally(368, 31, 1));
    assertThat(summary.latency().count()).as("without what ended after the load").isEqualTo(367);
    assertThat(summary.latency().maxNanos()).isEqualTo(ms(10));
    assertThat(summary.okPerSecond()).isEqualTo(367 / 20.0);
    WorkloadFigures workload = summary.workloads().getFirst();
    assertThat(workload.figures()).isEqualTo(Map.of("keys", 8L));
    assertThat(workload.functions()).extracting(FunctionFigures::function, FunctionFigures::mutation,
        FunctionFigures::operations).containsExactly(
            tuple("add", true, new Tally(168, 31, 1)),
            tuple("read", false, new Tally(200, 0, 0)));
    assertThat(workload.functions().getLast().latency().maxNanos()).as("all of the history").isEqualTo(ms(1000));
  }

  @Test
  void readsDoNotHideThatNothingCanBeWritten() {
    RunSummary.WriteFigures writes = Summarizer.summarize(run(States.EQUAL, VALID)).writes();
    assertThat(writes.acknowledged()).isEqualTo(168);
    assertThat(writes.usualGapNanos()).isEqualTo(ms(100));
    assertThat(writes.longestGapNanos()).isEqualTo(ms(3200));
    assertThat(writes.outages()).containsExactly(new OutageFigures(ms(4900), ms(8100)));
    assertThat(writes.uptime()).isEqualTo(1 - 3.2 / 20);
    assertThat(writes.availability()).as("168 of 200 windows").isEqualTo(0.84);
    assertThat(writes.mttrNanos()).isEqualTo(ms(3200));
    assertThat(writes.mtbfNanos()).isNull();
  }

  @Test
  void everyFaultHasItsWriteGap() {
    List<FaultFigures> faults = Summarizer.summarize(run(States.EQUAL, VALID)).faults();
    assertThat(faults).containsExactly(
        new FaultFigures("kill", "kill", "kill hit n1", FaultRecord.State.INSTALLED, ms(5000), ms(6000), null, ms(3200),
            ms(3100)),
        new FaultFigures("power", "power", "no disk of its own", FaultRecord.State.SKIPPED, ms(15_000), ms(15_000),
            null, null, null));
  }

  @Test
  void theWorstVerdictIsThatOfTheRun() {
    assertThat(run(States.EQUAL, VALID, VALID).verdict()).isEqualTo(Verdict.State.VALID);
    assertThat(run(States.NOT_COMPARED, VALID, UNDECIDED).verdict()).isEqualTo(Verdict.State.UNDECIDED);
    assertThat(run(States.EQUAL, UNDECIDED, INVALID, VALID).verdict()).isEqualTo(Verdict.State.INVALID);
    assertThat(run(States.DIFFERENT, VALID).verdict()).isEqualTo(Verdict.State.INVALID);
    assertThat(run(States.EQUAL).verdict()).as("nothing was checked").isEqualTo(Verdict.State.UNDECIDED);
  }

  @Test
  void aRunWithoutOperationsHasNumbersToo() {
    RunReport empty = new RunReport("set", 7, "", "proxies", "", List.of(), Instant.EPOCH, between(0, 0), List.of(),
        List.of(fault("kill", "kill", 0, 0)), List.of(), States.EQUAL, Map.of(), Map.of());
    RunSummary summary = Summarizer.summarize(empty);
    assertThat(summary.okPerSecond()).isZero();
    assertThat(summary.writes().availability()).isZero();
    assertThat(summary.faults().getFirst().writeGapNanos()).isZero();
  }

  @Test
  void whatIsWrittenIsReadBack(@TempDir Path directory) throws IOException {
    RunSummary summary = Summarizer.summarize(run(States.EQUAL, VALID, INVALID));
    Path file = directory.resolve("summary.json");
    SummaryFile.write(summary, file);
    assertThat(SummaryFile.read(file)).isEqualTo(summary);
  }

  @Test
  void itsFieldsHaveTheNamesThatTheyHad(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("summary.json");
    SummaryFile.write(Summarizer.summarize(run(States.EQUAL, VALID)), file);
    JsonNode tree = new ObjectMapper().readTree(file.toFile());
    assertThat(tree.fieldNames()).toIterable().containsExactly("format", "title", "seed", "command", "backend",
        "version", "nodes", "began", "loadFromNanos", "loadToNanos", "verdict", "counts", "discounts", "states",
        "operations", "okPerSecond", "latency", "writes", "workloads", "faults", "environment");
    assertThat(tree.get("operations").toString()).isEqualTo("{\"ok\":368,\"failed\":31,\"unknown\":1}");
    assertThat(tree.get("latency").fieldNames()).toIterable().containsExactly("count", "meanNanos", "p50Nanos",
        "p90Nanos", "p99Nanos", "p999Nanos", "maxNanos");
    assertThat(tree.get("writes").toString()).isEqualTo("{\"acknowledged\":168,\"usualGapNanos\":100000000,"
        + "\"longestGapNanos\":3200000000,\"availability\":0.84,\"windowNanos\":100000000,\"uptime\":0.84,"
        + "\"outageFromNanos\":1000000000,\"outages\":[{\"fromNanos\":4900000000,\"toNanos\":8100000000}],"
        + "\"mttrNanos\":3200000000,\"mtbfNanos\":null}");
    assertThat(tree.get("faults").get(1).toString()).isEqualTo("{\"name\":\"power\",\"family\":\"power\","
        + "\"what\":\"no disk of its own\",\"state\":\"SKIPPED\",\"installedNanos\":15000000000,"
        + "\"healedNanos\":15000000000,\"readyNanos\":null,\"writeGapNanos\":null,\"beyondUsualNanos\":null}");
    assertThat(tree.get("workloads").get(0).fieldNames()).toIterable().containsExactly("name", "verdict", "findings",
        "figures", "operations", "functions");
    assertThat(tree.get("workloads").get(0).get("functions").get(0).fieldNames()).toIterable()
        .containsExactly("function", "mutation", "operations", "latency");
  }

  @Test
  void anotherFormatIsRefusedAndNewFieldsAreNot(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("summary.json");
    RunSummary summary = Summarizer.summarize(run(States.EQUAL, VALID));
    SummaryFile.write(summary, file);
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode tree = (ObjectNode) mapper.readTree(file.toFile());
    Files.writeString(file, tree.put("later", 1).toString());
    assertThat(SummaryFile.read(file)).isEqualTo(summary);
    Files.writeString(file, tree.put("format", 2).toString());
    assertThatThrownBy(() -> SummaryFile.read(file)).isInstanceOf(IOException.class).hasMessageContaining("format 2");
    Files.writeString(file, tree.put("format", 1).without("verdict").toString());
    assertThatThrownBy(() -> SummaryFile.read(file)).isInstanceOf(IOException.class).hasMessageContaining("verdict");
  }
}
