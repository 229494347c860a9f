package io.balsa.jepsen.checker.append;

import io.balsa.jepsen.history.Completion;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether elements that were read could be there. Each element is told of once. */
final class ElementChecks {
  private final History history;
  private final Appends appends;
  private final BitSet committed;
  private final Findings findings;
  private final Set<Element> told = new HashSet<>();
  /** Elements of failed transactions, and who read them first. */
  private final Map<Element, Integer> aborted = new LinkedHashMap<>();

  private record Element(String key, long element) {}

  ElementChecks(History history, Appends appends, BitSet committed, Findings findings) {
    this.history = history;
    this.appends = appends;
    this.committed = committed;
    this.findings = findings;
  }

  /** Looks at every element. Afterwards each one counts where it stands first. */
  ListRead elements(ListRead read) {
    Set<Long> before = new HashSet<>();
    for (long element : read.list()) {
      if (!before.add(element) && told.add(new Element(read.key(), element))) {
        findings.add(Anomaly.DUPLICATE_ELEMENT,
            "T" + read.transaction() + " read " + read.key() + " with " + element + " in it twice", read.transaction());
      }
      int writer = appends.writer(read.key(), element);
      if (writer < 0) {
        if (told.add(new Element(read.key(), element))) {
          findings.add(Anomaly.UNWRITTEN_ELEMENT, "T" + read.transaction() + " read " + read.key() + " with " + element
              + ", which nobody appended", read.transaction());
        }
      } else if (history.get(writer).completion() == Completion.FAILED) {
        aborted.putIfAbsent(new Element(read.key(), element), read.transaction());
      }
    }
    return read.withoutRepeats();
  }

  /** Whether the read ends within what another transaction appended together. */
  boolean isIntermediate(ListRead read) {
    if (read.external() == 0) {
      return false;
    }
    long last = read.list().get(read.external() - 1);
    Appends.Site site = appends.site(read.key(), last);
    if (site == null || !committed.get(site.transaction()) || !appends.goesOn(site)) {
      return false;
    }
    findings.add(Anomaly.INTERMEDIATE_READ, "T" + read.transaction() + " read " + read.key() + " up to " + last
        + ", after which T" + site.transaction() + " appended more", read.transaction(), site.transaction());
    return true;
  }

  /**
   * To be called once, when all orders are known: whoever appended behind a failed transaction's element built on it.
   */
  void aborted(Map<String, KeyHistory> keys) {
    aborted.forEach((element, reader) -> {
      int writer = appends.writer(element.key, element.element);
      KeyHistory key = keys.get(element.key);
      List<Long> order = key == null ? List.of() : key.order();
      int next = order.stream().skip(order.indexOf(element.element) + 1L)
          .mapToInt(after -> appends.writer(element.key, after)).filter(after -> after >= 0 && committed.get(after))
          .findFirst().orElse(-1);
      if (next >= 0 && order.contains(element.element)) {
        findings.add(Anomaly.DIRTY_UPDATE, "T" + writer + " failed, and yet T" + next + " appended to " + element.key
            + " behind its " + element.element + ", as T" + reader + " read", writer, next, reader);
      } else {
        findings.add(Anomaly.ABORTED_READ, "T" + writer + " failed, and yet T" + reader + " read its "
            + element.element + " in " + element.key, writer, reader);
      }
    });
  }
}
