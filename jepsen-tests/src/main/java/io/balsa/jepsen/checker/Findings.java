package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers what a checker finds. Of each kind the first few are told and the others counted: one defect often shows everywhere. */
final class Findings {
  private static final int SHOWN = 8;
  private static final int WIDTH = 400;
  private static final double NANOS_A_SECOND = 1e9;

  private final List<String> wrong = new ArrayList<>();
  private final List<String> undecided = new ArrayList<>();
  private final Map<String, Long> kinds = new LinkedHashMap<>();
  private final Map<String, Long> figures = new LinkedHashMap<>();

  /** @param shown the operations that prove it */
  void wrong(String kind, String what, Operation... shown) {
    if (kinds.merge(kind, 1L, Long::sum) <= SHOWN) {
      StringBuilder text = new StringBuilder(kind).append(": ").append(what);
      for (Operation operation : shown) {
        text.append("\n    ").append(line(operation));
      }
      wrong.add(text.toString());
    }
  }

  void undecided(String what) {
    undecided.add(what);
  }

  /** Adds to the figure of this name. */
  void count(String figure, long more) {
    figures.merge(figure, more, Long::sum);
  }

  Judgement judgement() {
    List<String> all = new ArrayList<>(wrong);
    kinds.forEach((kind, count) -> {
      if (count > SHOWN) {
        all.add(kind + ": " + (count - SHOWN) + " more");
      }
    });
    return new Judgement(all, undecided, figures);
  }

  private static String line(Operation operation) {
    return String.format(Locale.ROOT, "%.6f to %.6f s, process %d at %s: %s %s %s",
        operation.invoked() / NANOS_A_SECOND, operation.completed() / NANOS_A_SECOND, operation.process(),
        operation.node(), operation.function(),
        shortened(operation.argument()), switch (operation.completion()) {
          case OK -> "-> " + shortened(operation.result());
          case FAILED, UNKNOWN -> operation.completion() + ": " + operation.error();
        });
  }

  private static String shortened(@Nullable Object value) {
    String text = String.valueOf(value);
    return text.length() <= WIDTH ? text : text.substring(0, WIDTH) + "...";
  }
}
