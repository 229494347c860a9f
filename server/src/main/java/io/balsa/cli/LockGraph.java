package io.balsa.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.balsa.cli.graph.Deadlock;
import io.balsa.cli.graph.Owner;
import io.balsa.cli.graph.Standing;
import io.balsa.cli.graph.Wait;
import io.balsa.cli.graph.WaitForGraph;
import io.balsa.client.lock.LockInfo;
import io.balsa.client.lock.Locks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code balsa lock --graph}: who waits for whom, for people and for programs. */
final class LockGraph {
  private static final int BLOCKERS_SHOWN = 3;

  private final Console console;
  private final boolean json;

  LockGraph(Console console, boolean json) {
    this.console = console;
    this.json = json;
  }

  /**
   * Shows the waits at the locks with this prefix. Deadlocks are looked for at all locks, and shown when one of these is in them.
   *
   * @return 0; with a deadlock this throws
   */
  int show(Locks reader, String prefix) {
    WaitForGraph first = WaitForGraph.of(reader.list(""));
    List<LockInfo> locks = reader.list("");
    WaitForGraph graph = WaitForGraph.of(locks);
    // Pages of locks are read one after another: what was there in both looks was there at one moment.
    List<Deadlock> deadlocks = graph.deadlocks().stream().filter(first::showed)
        .filter(deadlock -> touches(deadlock, prefix)).toList();
    List<Deadlock> possible = graph.possible().stream().filter(first::showed)
        .filter(deadlock -> touches(deadlock, prefix)).toList();
    List<LockInfo> shown = locks.stream().filter(lock -> lock.name().startsWith(prefix)).toList();
    if (json) {
      Json.document(console, document -> write(document, graph, prefix, deadlocks, possible));
    } else {
      lines(graph, shown, deadlocks, possible).forEach(console::println);
    }
    if (!deadlocks.isEmpty()) {
      throw VerbFailure
          .refused("deadlock: " + deadlocks.stream().map(LockGraph::names).collect(Collectors.joining("; "))
              + ": none of them goes on until one of them is ended, or gives up waiting");
    }
    return ExitStatus.DONE;
  }

  private static boolean touches(Deadlock deadlock, String prefix) {
    return deadlock.cycle().stream().anyMatch(step -> step.waits().lock().startsWith(prefix));
  }

  private static String names(Deadlock deadlock) {
    List<Owner> owners = deadlock.owners();
    return owners.size() == 1
        ? label(owners.getFirst()) + " waits for itself"
        : owners.stream().map(LockGraph::label).collect(Collectors.joining(", ")) + " wait for each other";
  }

  // ---- for people

  private static List<String> lines(WaitForGraph graph, List<LockInfo> locks, List<Deadlock> deadlocks,
      List<Deadlock> possible) {
    List<String> lines = new ArrayList<>();
    Map<String, List<Wait>> byLock = graph.waits().stream().collect(Collectors.groupingBy(Wait::lock));
    long waiting = 0;
    for (LockInfo lock : locks) {
      List<Wait> waits = byLock.getOrDefault(lock.name(), List.of());
      if (!waits.isEmpty()) {
        lines.add(head(lock));
        Table table = new Table("", "OWNER", "MODE", ">SINCE", "WAITS FOR");
        waits.forEach(wait -> table.row(Integer.toString(wait.place()), label(wait.owner()),
            LockTexts.mode(wait.waiter().request().mode()), Durations.text(wait.waiter().request().since()),
            blockers(wait)));
        lines.addAll(table.lines("  "));
        waiting += waits.size();
      }
    }
    deadlocks.forEach(deadlock -> lines.addAll(lines("deadlock: ", deadlock)));
    possible.forEach(deadlock -> lines
        .addAll(lines("possible deadlock, if each client waits with all that it holds: ", deadlock)));
    lines.add((locks.size() == 1 ? "1 lock in use, " : locks.size() + " locks in use, ")
        + (waiting == 1 ? "1 request waits, " : waiting + " requests wait, ")
        + (deadlocks.isEmpty() ? "no deadlock" : deadlocks.size() == 1 ? "1 deadlock" : deadlocks.size() + " deadlocks")
        + (possible.isEmpty() ? "" : possible.size() == 1 ? ", 1 possible" : ", " + possible.size() + " possible"));
    return lines;
  }

  private static String head(LockInfo lock) {
    String name = LockTexts.line(lock.name());
    return lock.holders().isEmpty()
        ? name + ", about to be granted"
        : name + ", held " + LockTexts.mode(lock.mode())
            + (lock.permits() > 0 ? " with " + lock.permits() + " permits" : "") + " by " + LockTexts.holders(lock);
  }

  private static String blockers(Wait wait) {
    Set<String> blockers = wait.blockers().limit(BLOCKERS_SHOWN + 1L).map(blocker -> label(blocker.owner()))
        .collect(Collectors.toCollection(LinkedHashSet::new));
    return blockers.isEmpty()
        ? "its turn"
        : Stream.concat(blockers.stream().limit(BLOCKERS_SHOWN),
            blockers.size() > BLOCKERS_SHOWN ? Stream.of("...") : Stream.empty()).collect(Collectors.joining(", "));
  }

  private static List<String> lines(String what, Deadlock deadlock) {
    List<String> lines = new ArrayList<>();
    lines.add(what + names(deadlock) + ", for " + Durations.text(deadlock.since()));
    for (Deadlock.Step step : deadlock.cycle()) {
      Standing blocking = step.blocking();
      String next = label(blocking.owner());
      lines.add(
          "  " + label(step.waits().owner()) + " waits for " + LockTexts.line(step.waits().lock()) + ", which " + next
              + (blocking.held() ? " holds" : " waits for before it")
              + step.waits().waiter().request().waitLeft().map(left -> ", and gives up in " + Durations.text(left))
                  .orElse(""));
    }
    return lines;
  }

  private static String label(Owner owner) {
    return LockTexts.line(owner.label());
  }

  // ---- for programs

  private static void write(JsonGenerator json, WaitForGraph graph, String prefix, List<Deadlock> deadlocks,
      List<Deadlock> possible) throws IOException {
    List<Wait> waits = graph.waits().stream().filter(wait -> wait.lock().startsWith(prefix)).toList();
    Map<Owner, Set<String>> waiting = new TreeMap<>();
    waits.forEach(wait -> waiting.computeIfAbsent(wait.owner(), owner -> new LinkedHashSet<>()).add(wait.lock()));
    json.writeStartObject();
    json.writeArrayFieldStart("nodes");
    for (Owner owner : graph.owners()) {
      List<String> holds = graph.heldBy(owner).stream().filter(lock -> lock.startsWith(prefix)).toList();
      Set<String> waitsFor = waiting.getOrDefault(owner, Set.of());
      if (!holds.isEmpty() || !waitsFor.isEmpty()) {
        json.writeStartObject();
        json.writeStringField("owner", owner.label());
        names(json, "holds", holds);
        names(json, "waitsFor", waitsFor);
        json.writeEndObject();
      }
    }
    json.writeEndArray();
    json.writeArrayFieldStart("edges");
    for (Wait wait : waits) {
      for (Standing blocking : wait.blockers().toList()) {
        write(json, wait, blocking);
      }
    }
    json.writeEndArray();
    write(json, "deadlocks", deadlocks);
    write(json, "possibleDeadlocks", possible);
    json.writeEndObject();
  }

  private static void names(JsonGenerator json, String field, Iterable<String> names) throws IOException {
    json.writeArrayFieldStart(field);
    for (String name : names) {
      json.writeString(name);
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, Wait wait, Standing blocking) throws IOException {
    json.writeStartObject();
    json.writeStringField("from", wait.owner().label());
    json.writeStringField("to", blocking.owner().label());
    json.writeStringField("lock", wait.lock());
    json.writeNumberField("place", wait.place());
    json.writeStringField("blockedBy", blocking.held() ? "holder" : "waiter");
    json.writeNumberField("sinceMillis", wait.waiter().request().since().toMillis());
    Optional<Long> left = wait.waiter().request().waitLeft().map(time -> time.toMillis());
    if (left.isPresent()) {
      json.writeNumberField("waitMillis", left.get());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String field, List<Deadlock> deadlocks) throws IOException {
    json.writeArrayFieldStart(field);
    for (Deadlock deadlock : deadlocks) {
      json.writeStartObject();
      names(json, "owners", deadlock.owners().stream().map(Owner::label).toList());
      json.writeNumberField("sinceMillis", deadlock.since().toMillis());
      json.writeArrayFieldStart("cycle");
      for (Deadlock.Step step : deadlock.cycle()) {
        write(json, step.waits(), step.blocking());
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
