package io.balsa.jepsen.checker;

import io.balsa.jepsen.checker.RealTime.Point;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether exclusive locks exclude, in order. Operations:
 * <ul>
 * <li>{@code acquire [lock] -> [token, session, sequence]}: the last two are the id of the request that was granted;
 * <li>{@code write [lock, token] -> revision}: to the lock's one key, fenced by the token; what is refused for that has an error that
 * begins with {@code FENCED};
 * <li>{@code release [lock, token, held until] -> ...}: the last moment, on the clock of the history, at which its owner asked and was
 * told that it still held the lock; -1 if that was never;
 * <li>{@code describe [lock] -> [[token of a holder, ...], [[session, sequence], ...]]}: who holds it, and the queue.
 * </ul>
 *
 * <p>A grant is certain from the end of its acquire to the begin of its last accepted write, and as long as its owner was told that it
 * held it (K1). Certain times of two grants of a lock do not overlap, and within them no write is refused. Tokens grow with real time
 * over all locks, and with the revisions of accepted writes. Whoever stood in the queue before another one asked is granted before.
 */
public final class LockChecker {
  private final Findings findings;
  private final String name;
  private final List<Operation> acquires = new ArrayList<>();
  private final List<Operation> writes = new ArrayList<>();
  private final List<Operation> refused = new ArrayList<>();
  private final List<Operation> descriptions = new ArrayList<>();
  private final Map<Long, Operation> releases = new HashMap<>();

  /** A grant while it was certainly held. */
  private record Certain(Operation acquire, long token, long from, long until, Operation proof) {}

  private LockChecker(String name, Findings findings) {
    this.name = name;
    this.findings = findings;
  }

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException an operation has another shape
   */
  public static Judgement check(List<Operation> history) {
    Findings findings = new Findings();
    Map<String, LockChecker> locks = new LinkedHashMap<>();
    for (Operation operation : history) {
      locks.computeIfAbsent(Values.text(operation.argument(), 0), name -> new LockChecker(name, findings))
          .take(operation);
    }
    locks.values().forEach(LockChecker::check);
    List<Operation> grants = locks.values().stream().flatMap(lock -> lock.acquires.stream()).toList();
    lookAtTokens(grants, findings);
    if (grants.isEmpty()) {
      findings.undecided("no lock was ever acquired");
    }
    return findings.judgement();
  }

  private static void lookAtTokens(List<Operation> grants, Findings findings) {
    Map<Long, Operation> byToken = new HashMap<>();
    for (Operation grant : grants) {
      Operation other = byToken.put(token(grant), grant);
      if (other != null) {
        findings.wrong("token", "two grants have the token " + token(grant), other, grant);
      }
    }
    RealTime.check(grants.stream().map(grant -> Point.made(grant, token(grant))).toList(),
        (earlier, later) -> {
          if (earlier.to() != later.to()) {
            findings.wrong("token", "a later grant has a lower token", earlier.operation(), later.operation());
          }
        });
  }

  static long token(Operation grant) {
    return Values.number(grant.result(), 0);
  }

  private static long tokenOf(Operation writeOrRelease) {
    return Values.number(writeOrRelease.argument(), 1);
  }

  private void take(Operation operation) {
    boolean ok = operation.completion() == Completion.OK;
    switch (operation.function()) {
      case "acquire" -> {
        if (ok) {
          acquires.add(operation);
        }
      }
      case "write" -> {
        if (ok) {
          writes.add(operation);
        } else if (operation.completion() == Completion.FAILED && isFenced(operation.error())) {
          refused.add(operation);
        }
      }
      case "release" -> releases.put(tokenOf(operation), operation);
      case "describe" -> {
        if (ok) {
          descriptions.add(operation);
        }
      }
      default -> throw new IllegalArgumentException("no operation of a lock: " + operation);
    }
  }

  private static boolean isFenced(@Nullable String error) {
    return error != null && error.startsWith("FENCED");
  }

  private void check() {
    findings.count("grants", acquires.size());
    findings.count("fenced writes accepted", writes.size());
    findings.count("fenced writes refused", refused.size());
    findings.count("looks at a queue", descriptions.size());
    List<Certain> certain = certain();
    lookForOverlaps(certain);
    lookAtWrites();
    lookAtRefusals(certain);
    new LockOrder(name, acquires, findings).check(descriptions);
  }

  private List<Certain> certain() {
    Map<Long, Operation> lastWrites = new HashMap<>();
    writes.forEach(write -> lastWrites.merge(tokenOf(write), write,
        (one, other) -> one.invoked() > other.invoked() ? one : other));
    List<Certain> certain = new ArrayList<>();
    for (Operation acquire : acquires) {
      Operation write = lastWrites.get(token(acquire));
      Operation release = releases.get(token(acquire));
      long written = write == null ? Long.MIN_VALUE : write.invoked();
      long held = release == null ? Long.MIN_VALUE : Values.number(release.argument(), 2);
      Operation proof = written > held ? write : release;
      if (proof != null && Math.max(written, held) >= acquire.completed()) {
        certain.add(new Certain(acquire, token(acquire), acquire.completed(), Math.max(written, held), proof));
      }
    }
    certain.sort(Comparator.comparingLong(Certain::from));
    return certain;
  }

  private void lookForOverlaps(List<Certain> certain) {
    Certain longest = null;
    for (Certain next : certain) {
      if (longest != null && next.from() < longest.until() && next.token() != longest.token()) {
        findings.wrong("two holders", name + " was granted while another one held it for certain", longest.acquire(),
            next.acquire(), longest.proof());
      }
      longest = longest == null || next.until() > longest.until() ? next : longest;
    }
  }

  private void lookAtWrites() {
    Map<Long, Operation> byToken = new HashMap<>();
    acquires.forEach(acquire -> byToken.put(token(acquire), acquire));
    Operation highest = null;
    List<Operation> byRevision = writes.stream()
        .sorted(Comparator.comparingLong(write -> Values.number(write.result()))).toList();
    for (Operation write : byRevision) {
      if (highest != null && tokenOf(write) < tokenOf(highest)) {
        findings.wrong("stale write", name + ": a lower token wrote after a higher one", highest, write);
      }
      highest = highest == null || tokenOf(write) > tokenOf(highest) ? write : highest;
      Operation release = releases.get(tokenOf(write));
      if (release != null && release.isBefore(write)) {
        findings.wrong("stale write", name + ": a write was accepted after the release", release, write);
      }
      Operation grant = byToken.get(tokenOf(write));
      if (grant == null || grant.invoked() > write.completed()) {
        findings.wrong("stale write", name + ": a write was accepted with a token that nobody had", write);
      }
    }
    RealTime.check(writes.stream().map(write -> Point.made(write, Values.number(write.result()))).toList(),
        (earlier, later) -> findings.wrong("went back", name + ": a later write has no higher revision",
            earlier.operation(), later.operation()));
  }

  private void lookAtRefusals(List<Certain> certain) {
    Map<Long, Certain> byToken = new HashMap<>();
    certain.forEach(grant -> byToken.put(grant.token(), grant));
    for (Operation write : refused) {
      Certain grant = byToken.get(tokenOf(write));
      if (grant != null && write.invoked() >= grant.from() && write.completed() <= grant.until()) {
        findings.wrong("refused to its holder", name + ": a write was refused while its token held the lock",
            grant.acquire(), write);
      }
    }
  }
}
