package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether what hangs on a lease stays as long as it must and goes in the end. Operations:
 * <ul>
 * <li>{@code grant [TTL in ms] -> [lease, TTL in ms]}, {@code renew [lease] -> ...}, {@code revoke [lease] -> ...};
 * <li>{@code put [key, lease] -> ...}, each key once; {@code read [key] -> revision}, 0: it is not there;
 * <li>{@code remaining [] -> [key, ...]}: all keys that there are.
 * </ul>
 * What fails because the lease is gone has an error that begins with {@code LEASE_NOT_FOUND}.
 *
 * <p>A grant or renewal that ended OK proves that the lease lived at some moment after it began. So nobody may find it or its key gone
 * before the TTL has passed since the begin of the latest of them; clocks are taken to differ by 1 % at most, as the store does. The
 * last {@code remaining} must be empty.
 */
public final class LeaseChecker {
  /** How long, at most, a lease may outlive its TTL in a cluster that is whole. */
  public static final Duration LATE_MOST = Duration.ofSeconds(30);
  private static final long NANOS_A_MILLI = 1_000_000;

  private final Findings findings = new Findings();
  private final Map<Long, Lived> leases = new LinkedHashMap<>();
  private final Map<String, Operation> puts = new HashMap<>();
  private final Map<String, List<Operation>> reads = new LinkedHashMap<>();
  private long lastRenewal = Long.MIN_VALUE;
  private long longestTtl;
  private @Nullable Operation remaining;

  /** A lease and the begin of the latest operation that found it alive. */
  private static final class Lived {
    private final long ttlNanos;
    private Operation latest;
    private @Nullable Operation revoked;

    Lived(Operation grant, long ttlNanos) {
      this.latest = grant;
      this.ttlNanos = ttlNanos;
    }

    void renewed(Operation renewal) {
      latest = renewal.invoked() > latest.invoked() ? renewal : latest;
    }

    /** Whether it lived until then for certain, unless it was revoked. */
    boolean livedAt(long moment) {
      return moment < latest.invoked() + ttlNanos / 100 * 99;
    }
  }

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException an operation has another shape
   */
  public static Judgement check(List<Operation> history) {
    LeaseChecker checker = new LeaseChecker();
    history.forEach(checker::takeGrant);
    history.forEach(checker::take);
    history.forEach(checker::lookForRefusal);
    checker.reads.forEach(checker::lookAtReads);
    checker.lookAtTheEnd();
    return checker.findings.judgement();
  }

  private void takeGrant(Operation operation) {
    if (operation.function().equals("grant") && operation.completion() == Completion.OK) {
      long ttlNanos = Values.number(operation.result(), 1) * NANOS_A_MILLI;
      longestTtl = Math.max(longestTtl, ttlNanos);
      leases.put(Values.number(operation.result(), 0), new Lived(operation, ttlNanos));
      findings.count("leases", 1);
    }
  }

  private void take(Operation operation) {
    boolean ok = operation.completion() == Completion.OK;
    switch (operation.function()) {
      case "grant" -> lastRenewal = Math.max(lastRenewal, operation.completed());
      case "renew" -> {
        lastRenewal = Math.max(lastRenewal, operation.completed());
        if (ok) {
          lease(Values.number(operation.argument(), 0)).renewed(operation);
          findings.count("renewals", 1);
        }
      }
      case "revoke" -> {
        if (operation.completion() != Completion.FAILED) {
          lease(Values.number(operation.argument(), 0)).revoked = operation;
        }
      }
      case "put" -> {
        if (ok) {
          puts.put(Values.text(operation.argument(), 0), operation);
          findings.count("keys", 1);
        }
      }
      case "read" -> {
        if (ok) {
          reads.computeIfAbsent(Values.text(operation.argument(), 0), key -> new ArrayList<>()).add(operation);
          findings.count("reads", 1);
        }
      }
      case "remaining" -> {
        if (ok && (remaining == null || operation.invoked() > remaining.invoked())) {
          remaining = operation;
        }
      }
      default -> throw new IllegalArgumentException("no operation of a lease: " + operation);
    }
  }

  private Lived lease(long id) {
    Lived lease = leases.get(id);
    if (lease == null) {
      throw new IllegalArgumentException("lease " + id + " was never granted");
    }
    return lease;
  }

  private void early(long id, Lived lease, Operation foundGone) {
    boolean mayBeRevoked = lease.revoked != null && lease.revoked.invoked() <= foundGone.completed();
    if (!mayBeRevoked && lease.livedAt(foundGone.completed())) {
      findings.wrong("early", "lease " + id + " was gone before its TTL of " + lease.ttlNanos / NANOS_A_MILLI
          + " ms had passed since this renewal began", lease.latest, foundGone);
    }
  }

  private void lookForRefusal(Operation operation) {
    boolean gone = operation.completion() == Completion.FAILED && operation.error() != null
        && operation.error().startsWith("LEASE_NOT_FOUND");
    if (gone && (operation.function().equals("renew") || operation.function().equals("revoke"))) {
      long id = Values.number(operation.argument(), 0);
      early(id, lease(id), operation);
    } else if (gone && operation.function().equals("put")) {
      long id = Values.number(operation.argument(), 1);
      early(id, lease(id), operation);
    }
  }

  private void lookAtReads(String key, List<Operation> of) {
    Operation put = puts.get(key);
    if (put == null) {
      return; // nobody knows whether it was ever there
    }
    long id = Values.number(put.argument(), 1);
    Lived lease = lease(id);
    Operation gone = null;
    for (Operation read : of) {
      if (Values.number(read.result()) == 0) {
        if (put.isBefore(read)) {
          early(id, lease, read);
          gone = gone == null || read.completed() < gone.completed() ? read : gone;
        }
      }
    }
    for (Operation read : of) {
      if (Values.number(read.result()) != 0) {
        if (gone != null && gone.isBefore(read)) {
          findings.wrong("resurrected", key + " was gone and came back", gone, read);
        }
        if (lease.revoked != null && lease.revoked.isBefore(read)) {
          findings.wrong("outlived", key + " was there after its lease was revoked", lease.revoked, read);
        }
      }
    }
  }

  private void lookAtTheEnd() {
    if (leases.isEmpty()) {
      findings.undecided("no lease was ever granted");
    }
    Operation last = remaining;
    if (last == null) {
      findings.undecided("nobody looked whether all keys of leases went");
      return;
    }
    if (!Values.list(last.result()).isEmpty()) {
      if (last.invoked() >= lastRenewal + longestTtl + LATE_MOST.toNanos()) {
        findings.wrong("never", "keys are there " + LATE_MOST.toSeconds() + " s after the longest TTL has passed since"
            + " the last renewal", last);
      } else {
        findings.undecided("keys of leases were still there when it was looked last, which was too soon to tell");
      }
    }
  }
}
