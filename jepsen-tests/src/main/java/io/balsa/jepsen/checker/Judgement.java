package io.balsa.jepsen.checker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a checker says of a history.
 *
 * @param wrong what no correct store could have shown; each begins with its kind and shows the operations that prove it
 * @param undecided what the history does not tell, so that the store may be wrong there
 * @param figures what was looked at, by name
 */
public record Judgement(List<String> wrong, List<String> undecided, Map<String, Long> figures) {
  /** Keeps copies. */
  public Judgement {
    wrong = List.copyOf(wrong);
    undecided = List.copyOf(undecided);
    figures = Map.copyOf(figures);
  }

  /** This and what another checker said of the same history. */
  public Judgement and(Judgement other) {
    List<String> bothWrong = new ArrayList<>(wrong);
    bothWrong.addAll(other.wrong);
    List<String> bothUndecided = new ArrayList<>(undecided);
    bothUndecided.addAll(other.undecided);
    Map<String, Long> bothFigures = new HashMap<>(figures);
    other.figures.forEach((name, figure) -> bothFigures.merge(name, figure, Long::sum));
    return new Judgement(bothWrong, bothUndecided, bothFigures);
  }

  /** Whether everything was looked at and is right. */
  public boolean isClean() {
    return wrong.isEmpty() && undecided.isEmpty();
  }
}
