package io.balsa.jepsen.torture.workload;

import io.balsa.jepsen.checker.Judgement;
import java.util.ArrayList;
import java.util.List;

/** What the judgement of a checker means for a run. */
final class Verdicts {
  private Verdicts() {}

  /** What is wrong stays wrong, whatever else could not be told. */
  static Verdict of(Judgement judgement) {
    if (judgement.wrong().isEmpty() && !judgement.undecided().isEmpty()) {
      return new Verdict(Verdict.State.UNDECIDED, judgement.undecided(), judgement.figures());
    }
    List<String> findings = new ArrayList<>(judgement.wrong());
    findings.addAll(judgement.undecided());
    return Verdict.of(findings, judgement.figures());
  }
}
