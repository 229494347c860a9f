package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether members are what they can be, and all nodes agree on them in the end. Operations: {@code members [] -> [[id, incarnation,
 * voter], ...]} as some node knows them, and {@code members [id] -> ...} as that node knows them after everything else; voter is
 * a Boolean, an incarnation is text, and {@code "0"} that of a member whose node has not come yet. Others are passed over.
 *
 * <p>An answer is a committed configuration, but may be an old one, and does not say which: so what two answers say of each other
 * cannot be judged, in particular not that members change one at a time. Each by itself can: ids are different, somebody votes, and
 * nobody votes whose node has not come. An incarnation is one node's for ever.
 */
public final class MembershipChecker {
  private static final String NOT_COME = "0";

  private final Findings findings = new Findings();
  private final Map<String, String> idOf = new HashMap<>();
  private final Map<String, Operation> firstWith = new HashMap<>();
  private final Map<String, Operation> atTheEnd = new TreeMap<>();
  private final Set<Object> configurations = new HashSet<>();

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException an operation has another shape
   */
  public static Judgement check(List<Operation> history) {
    MembershipChecker checker = new MembershipChecker();
    history.stream().filter(operation -> operation.function().equals("members"))
        .filter(operation -> operation.completion() == Completion.OK).forEach(checker::look);
    checker.lookAtTheEnd();
    checker.findings.count("configurations", checker.configurations.size());
    return checker.findings.judgement();
  }

  private void look(Operation operation) {
    findings.count("answers", 1);
    List<?> members = Values.list(operation.result());
    configurations.add(new HashSet<>(members));
    Set<String> ids = new HashSet<>();
    boolean somebodyVotes = false;
    for (Object member : members) {
      String id = Values.text(member, 0);
      String incarnation = Values.text(member, 1);
      boolean votes = Boolean.TRUE.equals(Values.list(member).get(2));
      somebodyVotes |= votes;
      if (!ids.add(id)) {
        findings.wrong("twice", id + " is a member twice", operation);
      }
      if (incarnation.equals(NOT_COME)) {
        if (votes) {
          findings.wrong("voter", id + " votes, and no node has come with that name", operation);
        }
        continue;
      }
      Operation first = firstWith.putIfAbsent(incarnation, operation);
      String known = idOf.putIfAbsent(incarnation, id);
      if (first != null && known != null && !known.equals(id)) {
        findings.wrong("incarnation", incarnation + " is " + known + " and " + id, first, operation);
      }
    }
    if (!somebodyVotes) {
      findings.wrong("voter", "nobody votes", operation);
    }
    if (!Values.list(operation.argument()).isEmpty()) {
      atTheEnd.merge(Values.text(operation.argument(), 0), operation,
          (one, other) -> one.isBefore(other) ? other : one);
    }
  }

  private void lookAtTheEnd() {
    Operation newest = atTheEnd.values().stream().max(Comparator.comparingLong(Operation::invoked)).orElse(null);
    if (newest == null) {
      findings.undecided("no node was asked for its members in the end");
      return;
    }
    // A node that was removed may have been asked before that was known, and answer anything.
    Map<String, Operation> answers = new TreeMap<>();
    for (Object member : Values.list(newest.result())) {
      Operation answer = atTheEnd.get(Values.text(member, 0));
      if (answer != null) {
        answers.put(Values.text(member, 0), answer);
      } else if (!Values.text(member, 1).equals(NOT_COME)) {
        findings.undecided(Values.text(member, 0) + " is a member, and did not say in the end who else is");
      }
    }
    Set<Set<Object>> different = new HashSet<>();
    answers.values().forEach(answer -> different.add(new HashSet<>(Values.list(answer.result()))));
    if (different.size() > 1) {
      findings.wrong("disagree", "in the end the nodes do not know the same members",
          answers.values().toArray(Operation[]::new));
    }
  }
}
