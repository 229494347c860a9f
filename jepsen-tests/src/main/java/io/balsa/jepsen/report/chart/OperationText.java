package io.balsa.jepsen.report.chart;

import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.report.chart.Marks.Mark;
import io.balsa.jepsen.report.markup.Text;
import io.balsa.jepsen.report.measure.Tally;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;

/** An operation in words, for who points at it. */
final class OperationText {
  private static final int MOST = 220;
  private static final int MOST_OF_SEVERAL = 72;
  private static final int SEVERAL = 5;

  private OperationText() {}

  /** All of one, and some of several. */
  static String of(Mark mark) {
    Operation first = mark.operations().getFirst();
    int size = mark.operations().size();
    if (size == 1) {
      return Text.moment(first.invoked()) + " + " + Text.duration(first.completed() - first.invoked()) + ", process "
          + first.process() + " at " + first.node() + "\n" + Text.shortened(what(first), MOST);
    }
    // What did not end OK is what one looks for.
    String some = mark.operations().stream().sorted(Comparator.comparing(Operation::completion).reversed())
        .limit(SEVERAL)
        .map(operation -> Text.shortened(what(operation), MOST_OF_SEVERAL)).collect(Collectors.joining("\n"));
    String more = size > SEVERAL ? "\nand " + Text.count(size - SEVERAL) + " more" : "";
    Tally ended = mark.ended();
    return Text.moment(first.invoked()) + " + " + Text.duration(mark.time().length()) + ", process " + first.process()
        + " at " + first.node() + ": " + Text.count(ended.ok()) + " ok, " + Text.count(ended.failed()) + " failed, "
        + Text.count(ended.unknown()) + " unknown\n" + some + more;
  }

  private static String what(Operation operation) {
    String call = operation.argument() == null
        ? operation.function()
        : operation.function() + " " + operation.argument();
    return switch (operation.completion()) {
      case OK -> operation.result() == null ? call + ": ok" : call + ": " + operation.result();
      case FAILED, UNKNOWN -> call + ": " + operation.completion().name().toLowerCase(Locale.ROOT)
          + (operation.error() == null ? "" : ", " + operation.error());
    };
  }
}
