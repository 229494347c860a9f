package io.balsa.jepsen.torture.workload;

import io.balsa.jepsen.checker.append.Finding;
import io.balsa.jepsen.checker.append.History;
import io.balsa.jepsen.checker.append.ListAppendChecker;
import io.balsa.jepsen.checker.append.MicroOperation;
import io.balsa.jepsen.checker.append.RecordedTransaction;
import io.balsa.jepsen.checker.append.Report;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Histories of transactions over lists, for the checker of them. */
final class ListHistories {
  private static final int SHOWN = 20;

  private ListHistories() {}

  /** However long it takes. */
  static Verdict check(List<Operation> history) {
    Report report = ListAppendChecker.check(new History(history.stream().map(ListHistories::transaction).toList()));
    List<String> findings = new ArrayList<>(
        report.findings().stream().limit(SHOWN).map(Finding::toString).toList());
    if (report.findings().size() > SHOWN) {
      findings.add("and " + (report.findings().size() - SHOWN) + " more");
    }
    Map<String, Long> figures = new LinkedHashMap<>();
    report.edges().forEach((kind, count) -> figures.put(kind + " edges", count));
    report.transactions().forEach((completion, count) -> figures.put(completion + " transactions", count));
    return Verdict.of(findings, figures);
  }

  private static RecordedTransaction transaction(Operation operation) {
    if (!operation.function().equals(ListStep.FUNCTION)) {
      throw new IllegalArgumentException("no transaction over lists: " + operation);
    }
    Object steps = operation.completion() == Completion.OK ? operation.result() : operation.argument();
    return new RecordedTransaction(operation.process(), operation.invoked(), operation.completed(),
        operation.completion(),
        ((List<?>) Objects.requireNonNull(steps)).stream().map(step -> microOperation((List<?>) step)).toList());
  }

  private static MicroOperation microOperation(List<?> words) {
    String key = (String) words.get(1);
    Object value = words.get(2);
    return switch ((String) words.get(0)) {
      case ListStep.APPEND -> new MicroOperation.Append(key, (Long) Objects.requireNonNull(value));
      case ListStep.READ -> new MicroOperation.Read(key, list(value));
      default -> throw new IllegalArgumentException("neither append nor r: " + words);
    };
  }

  private static @Nullable List<Long> list(@Nullable Object value) {
    return value == null ? null : ((List<?>) value).stream().map(element -> (Long) element).toList();
  }
}
