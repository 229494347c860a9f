package io.balsa.jepsen.report.matrix;

import static io.balsa.jepsen.report.Histories.between;
import static io.balsa.jepsen.report.Histories.fault;
import static io.balsa.jepsen.report.Histories.ms;
import static io.balsa.jepsen.report.Histories.ok;
import static io.balsa.jepsen.report.Histories.skipped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.report.MatrixReport;
import io.balsa.jepsen.report.ReportFiles;
import io.balsa.jepsen.report.run.FaultRecord;
import io.balsa.jepsen.report.run.RunReport;
import io.balsa.jepsen.report.run.RunReport.States;
import io.balsa.jepsen.report.run.RunSummary;
import io.balsa.jepsen.report.run.WorkloadResult;
import io.balsa.jepsen.torture.workload.Verdict;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** Many runs of which the table is known. */
class MatrixTest {
  private static final OptionalLong NONE = OptionalLong.empty();

  @TempDir
  private Path directory;

  private void run(String name, Verdict.State verdict, States states, List<String> discounts, List<String> workloads,
      List<FaultRecord> faults, long gapMillis) throws IOException {
    List<WorkloadResult> results = new ArrayList<>();
    for (String workload : workloads) {
      List<String> findings = verdict == Verdict.State.VALID ? List.of() : List.of("why");
      results.add(new WorkloadResult(workload, new Verdict(verdict, findings, Map.of()), history(gapMillis),
          Set.of("add")));
    }
    ReportFiles.write(new RunReport(name, 7, "", "proxies", "", List.of("n1"), Instant.EPOCH, between(0, 20_000),
        results, faults, discounts, states, Map.of(), Map.of()), directory.resolve(name));
  }

  /** Ten acknowledgements a second, but for a gap from 5 s on. */
  private static List<Operation> history(long gapMillis) {
    List<Operation> operations = new ArrayList<>();
    for (int at = 100; at < 20_000; at += 100) {
      if (at <= 5000 || at >= 5000 + gapMillis) {
        operations.add(ok("add", at - 10, at));
      }
    }
    return operations;
  }

  private List<RunSummary> runs() throws IOException {
    run("a", Verdict.State.VALID, States.EQUAL, List.of(), List.of("set"),
        List.of(fault("kill-one", "kill", 5050, 6050)),
        1000);
    run("b", Verdict.State.UNDECIDED, States.EQUAL, List.of("few"), List.of("set"),
        List.of(fault("kill-all", "kill", 5050, 6050), skipped("power-all", "power", 9000)), 3000);
    run("c", Verdict.State.VALID, States.DIFFERENT, List.of(), List.of("bank", "set"),
        List.of(fault("kill-one", "kill", 5050, 7050), fault("cut", "partition", 6050, 9050)), 2000);
    run("d", Verdict.State.INVALID, States.NOT_COMPARED, List.of(), List.of("bank"), List.of(), 100);
    return ReportFiles.summaries(directory);
  }

  @Test
  void everyPairOfAWorkloadAndAFamilyIsARow() throws Exception {
    assertThat(MatrixRow.of(runs())).containsExactly(
        new MatrixRow("bank", "kill", 1, 1, 0, 0, 1, 180, 1, 0, 0, OptionalLong.of(ms(2000)),
            OptionalLong.of(ms(2000))),
        new MatrixRow("bank", "no faults", 1, 1, 0, 0, 1, 199, 0, 0, 0, NONE, NONE),
        new MatrixRow("bank", "partition", 1, 1, 0, 0, 1, 180, 1, 0, 0, OptionalLong.of(ms(2000)),
            OptionalLong.of(ms(2000))),
        new MatrixRow("set", "kill", 3, 2, 1, 1, 1, 190 + 170 + 180, 3, 0, 0, OptionalLong.of(ms(2000)),
            OptionalLong.of(ms(3000))),
        new MatrixRow("set", "partition", 1, 1, 0, 0, 1, 180, 1, 0, 0, OptionalLong.of(ms(2000)),
            OptionalLong.of(ms(2000))),
        new MatrixRow("set", "power", 1, 0, 0, 1, 0, 170, 0, 0, 1, NONE, NONE));
  }

  @Test
  void ofTwoGapsTheMedianIsTheirMean() throws Exception {
    assertThat(MatrixRow.of(runs().subList(0, 2)).getFirst().medianGapNanos()).hasValue(ms(2000));
  }

  @Test
  void inTheTotalsEveryRunAndEveryMomentIsOnce() throws Exception {
    assertThat(MatrixTotals.of(runs())).isEqualTo(
        new MatrixTotals(4, 3, 1, 1, 2, 190 + 170 + 2 * 180 + 199, ms(80_000), ms(1000 + 1000 + 4000)));
    assertThat(MatrixTotals.of(runs()).undecidedShare()).isEqualTo(0.25);
    assertThat(MatrixTotals.of(List.of()).undecidedShare()).isZero();
  }

  @Test
  void theTableIsMarkdownAndAPage() throws Exception {
    MatrixReport report = new MatrixReport(runs());
    List<String> lines = report.markdown().lines().toList();
    assertThat(lines.getFirst()).isEqualTo("4 runs, 3 of which count: 1 valid, 1 undecided (25.00 %), 2 invalid; 919"
        + " operations ended ok in 80.0 s of load, 6.00 s of them with a fault installed.");
    assertThat(lines).contains("| set | kill | 3 | 2 | 1 | 1 | 1 | 540 | 3 | 0 | 0 | 2.00 s | 3.00 s |",
        "| bank | no faults | 1 | 1 | 0 | 0 | 1 | 199 | 0 | 0 | 0 | \u2013 | \u2013 |");
    assertThat(lines.subList(2, lines.size())).allMatch(line -> line.chars().filter(c -> c == '|').count() == 14);
    StringWriter page = new StringWriter();
    report.writePage(page);
    String text = DocumentBuilderFactory.newInstance().newDocumentBuilder()
        .parse(new InputSource(new StringReader(page.toString()))).getDocumentElement().getTextContent();
    assertThat(text).contains(lines.getFirst(), "no faults", "\u2717 INVALID", "no: few");
  }

  @Test
  void aSummaryThatCannotBeReadIsNotLeftOut() throws Exception {
    runs();
    Files.writeString(directory.resolve("a").resolve(ReportFiles.SUMMARY), "{");
    assertThatThrownBy(() -> ReportFiles.summaries(directory)).isInstanceOf(IOException.class);
  }
}
