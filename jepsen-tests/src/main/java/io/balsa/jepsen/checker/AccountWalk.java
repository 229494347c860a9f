package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Follows the balance of single accounts of a bank along the revisions. Each transfer and each read says what it found and what it left;
 * where that is not what the one before left, transfers of unknown outcome must account for it. All together they can have brought, or
 * taken, no more than those that had begun by then wanted to move.
 */
final class AccountWalk {
  private final List<Operation> transfers;
  private final List<Operation> unknown;
  private final List<Operation> reads;
  private final Findings findings;

  /** What an operation says of an account at its revision. */
  private record Step(Operation operation, long revision, long before, long after) {}

  AccountWalk(List<Operation> transfers, List<Operation> unknown, List<Operation> reads, Findings findings) {
    this.transfers = transfers;
    this.unknown = unknown;
    this.reads = reads;
    this.findings = findings;
  }

  /** Looks at one account from its opening on. */
  void follow(int account, long opening) {
    List<Step> steps = new ArrayList<>();
    for (Operation transfer : transfers) {
      long amount = BankChecker.result(transfer, 0);
      long revision = BankChecker.result(transfer, 4);
      if (BankChecker.from(transfer) == account) {
        long left = BankChecker.result(transfer, 1);
        steps.add(new Step(transfer, revision, left + amount, left));
      } else if (BankChecker.to(transfer) == account) {
        long left = BankChecker.result(transfer, 2);
        steps.add(new Step(transfer, revision, left - amount, left));
      }
    }
    for (Operation read : reads) {
      List<Long> balances = Values.numbers(Values.list(read.result()).get(1));
      steps.add(new Step(read, Values.number(read.result(), 0), balances.get(account), balances.get(account)));
    }
    // A read at a revision sees what was committed at it.
    steps.sort(Comparator.comparingLong(Step::revision)
        .thenComparing(step -> step.operation().function().equals("read")));
    Begun arriving = new Begun(unknown.stream().filter(transfer -> BankChecker.to(transfer) == account).toList(),
        BankChecker::wanted);
    Begun leaving = new Begun(unknown.stream().filter(transfer -> BankChecker.from(transfer) == account).toList(),
        BankChecker::wanted);
    long balance = opening;
    long gained = 0;
    long missing = 0;
    Step last = null;
    for (Step step : steps) {
      gained += Math.max(0, step.before() - balance);
      missing += Math.max(0, balance - step.before());
      long seen = step.operation().completed();
      if (gained > arriving.by(seen) || missing > leaving.by(seen)) {
        Operation[] shown = last == null ? new Operation[]{step.operation()}
            : new Operation[]{last.operation(), step.operation()};
        findings.wrong("balance", "account " + account + " had " + balance + " and then " + step.before()
            + "; unknown transfers do not explain it", shown);
        return; // what comes later may follow from that
      }
      balance = step.after();
      last = step;
    }
  }
}
