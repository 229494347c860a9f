package io.balsa.jepsen.checker;

import io.balsa.jepsen.checker.RealTime.Point;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether a bank keeps its money. Accounts are numbers from 0, all open with the same balance. Operations:
 * <ul>
 * <li>{@code transfer [teller, from, to, wanted] -> [amount, balance of from, balance of to, tally, revision]}: the balances and the
 * teller's tally as the transfer left them, at the revision of its commit;
 * <li>{@code read [how] -> [revision, [balance, ...]]} of all accounts at one revision;
 * <li>{@code tallies [] -> [[teller, tally], ...]}: how many transfers of each teller took effect.
 * </ul>
 *
 * <p>Revisions put everything in one order, which must agree with real time. Along it each balance must go on from where it was; where
 * it does not, transfers of unknown outcome must be able to account for it. The tallies are counters.
 */
public final class BankChecker {
  private final int accounts;
  private final long opening;
  private final Findings findings = new Findings();
  private final List<Operation> reads = new ArrayList<>();
  private final List<Operation> transfers = new ArrayList<>();
  private final List<Operation> unknown = new ArrayList<>();
  private final List<Operation> tallies = new ArrayList<>();
  /** What was done to the tallies, as to counters. */
  private final List<Operation> counted = new ArrayList<>();
  private final Set<String> tellers = new TreeSet<>();
  private long lastTransfer = Long.MIN_VALUE;

  private BankChecker(int accounts, long opening) {
    this.accounts = accounts;
    this.opening = opening;
  }

  /**
   * Checks it.
   *
   * @param opening the balance that each account begins with
   * @throws IllegalArgumentException an operation has another shape
   */
  public static Judgement check(List<Operation> history, int accounts, long opening) {
    BankChecker checker = new BankChecker(accounts, opening);
    history.forEach(checker::take);
    checker.check();
    return checker.findings.judgement();
  }

  private void take(Operation operation) {
    boolean ok = operation.completion() == Completion.OK;
    switch (operation.function()) {
      case "transfer" -> {
        lastTransfer = Math.max(lastTransfer, operation.completed());
        if (ok) {
          transfers.add(operation);
        } else if (operation.completion() == Completion.UNKNOWN) {
          unknown.add(operation);
        }
        tellers.add(teller(operation));
        counted.add(tally(operation, "add", List.of(teller(operation), 1L), ok ? result(operation, 3) : 0));
      }
      case "read" -> {
        if (ok) {
          reads.add(operation);
        }
      }
      case "tallies" -> {
        if (ok) {
          tallies.add(operation);
        }
      }
      default -> throw new IllegalArgumentException("no operation of a bank: " + operation);
    }
  }

  private static String teller(Operation transfer) {
    return Long.toString(Values.number(transfer.argument(), 0));
  }

  private static Operation tally(Operation of, String function, Object argument, long value) {
    return new Operation(of.process(), of.node(), function, argument, of.completion() == Completion.OK ? value : null,
        of.invoked(), of.completed(), of.completion(), of.error());
  }

  /** What stands at this place of the result. */
  static long result(Operation transfer, int at) {
    return Values.number(transfer.result(), at);
  }

  static long from(Operation transfer) {
    return Values.number(transfer.argument(), 1);
  }

  static long to(Operation transfer) {
    return Values.number(transfer.argument(), 2);
  }

  static long wanted(Operation transfer) {
    return Values.number(transfer.argument(), 3);
  }

  private void check() {
    findings.count("transfers", transfers.size());
    findings.count("transfers of unknown outcome", unknown.size());
    findings.count("reads", reads.size());
    lookAtTallies();
    if (reads.stream().noneMatch(read -> read.invoked() > lastTransfer)) {
      findings.undecided("the accounts were not read after the last transfer");
    }
    reads.removeIf(this::isWrong);
    transfers.forEach(this::lookAtTransfer);
    lookAtRevisions();
    AccountWalk walk = new AccountWalk(transfers, unknown, reads, findings);
    for (int account = 0; account < accounts; account++) {
      walk.follow(account, opening);
    }
  }

  private void lookAtTallies() {
    for (Operation looked : tallies) {
      Map<String, Long> stored = new HashMap<>();
      Values.list(looked.result())
          .forEach(row -> stored.put(Long.toString(Values.number(row, 0)), Values.number(row, 1)));
      tellers.forEach(teller -> counted.add(tally(looked, "read", List.of(teller), stored.getOrDefault(teller, 0L))));
    }
    Judgement judgement = CounterChecker.check(counted);
    judgement.wrong().forEach(wrong -> findings.wrong("tally", "of a teller: " + wrong));
    judgement.undecided().forEach(undecided -> findings.undecided("the tally of teller " + undecided));
  }

  /** What such a read says of single accounts is worth nothing. */
  private boolean isWrong(Operation read) {
    List<Long> balances = Values.numbers(Values.list(read.result()).get(1));
    long total = balances.stream().mapToLong(Long::longValue).sum();
    if (balances.size() != accounts) {
      findings.wrong("accounts", balances.size() + " accounts were read, there are " + accounts, read);
    } else if (total != accounts * opening) {
      findings.wrong("total", "the accounts add up to " + total + ", not " + accounts * opening, read);
    } else {
      if (balances.stream().anyMatch(balance -> balance < 0)) {
        findings.wrong("negative", "an account is below 0", read);
      }
      return false;
    }
    return true;
  }

  private void lookAtTransfer(Operation transfer) {
    if (result(transfer, 0) < 0 || result(transfer, 0) > wanted(transfer)) {
      findings.wrong("amount", "not what was wanted was moved", transfer);
    }
    if (result(transfer, 1) < 0 || result(transfer, 2) < result(transfer, 0)) {
      findings.wrong("negative", "an account is below 0", transfer);
    }
  }

  private void lookAtRevisions() {
    Map<Long, Operation> byRevision = new HashMap<>();
    List<Point> points = new ArrayList<>();
    for (Operation transfer : transfers) {
      long revision = result(transfer, 4);
      points.add(Point.made(transfer, revision));
      Operation other = byRevision.put(revision, transfer);
      if (other != null) {
        findings.wrong("revision", "two transfers were committed at revision " + revision, other, transfer);
      }
    }
    reads.forEach(read -> points.add(Point.seen(read, Values.number(read.result(), 0))));
    RealTime.check(points, (earlier, later) -> findings.wrong("went back", "revision " + earlier.to()
        + " had been seen, and later " + (later.from() == later.to() ? "the accounts were read at " : "a transfer has ")
        + later.to(), earlier.operation(), later.operation()));
  }
}
