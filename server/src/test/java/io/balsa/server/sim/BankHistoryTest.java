package io.balsa.server.sim;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.sim.Violation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each rule that the history of transactions is held to can fail. */
class BankHistoryTest {
  private final BankHistory history = new BankHistory();

  /** Transaction 1 moves 5 from account 0 to 1 at revision 2, between the moments 10 and 20. */
  @BeforeEach
  void oneTransfer() {
    written(1, 2, 1, 10, 20);
  }

  private BankHistory.Write written(long id, long revision, long guardedSince, long invokedAt, long returnedAt) {
    BankHistory.Write write = new BankHistory.Write(id, new TreeMap<>(Map.of(0, false, 1, false)), guardedSince,
        invokedAt);
    write.revision = revision;
    write.returnedAt = returnedAt;
    history.begin(write);
    return write;
  }

  private void read(long revision, long at, BankHistory.Seen... accounts) {
    history.read(new BankHistory.Read(revision, List.of(accounts), at, at + 1));
  }

  private static BankHistory.Seen seen(long balance, long writer, long revision) {
    return new BankHistory.Seen(balance, writer, revision);
  }

  private void mustBreak(String invariant) {
    assertThatThrownBy(history::check).isInstanceOf(Violation.class).hasMessageStartingWith(invariant);
  }

  @Test
  void whatMayBeIsLetPass() {
    read(1, 5, BankHistory.Seen.ABSENT, BankHistory.Seen.ABSENT);
    read(2, 30, seen(-5, 1, 2), seen(5, 1, 2));
    written(2, 3, 2, 40, 50);
    assertThatCode(history::check).doesNotThrowAnyException();
  }

  @Test
  void halfATransferIsFound() {
    read(2, 30, seen(-5, 1, 2), BankHistory.Seen.ABSENT);
    mustBreak("AllOrNothing");
  }

  @Test
  void aReadThatMissesWhatHadReturnedIsFound() {
    read(1, 30, BankHistory.Seen.ABSENT, BankHistory.Seen.ABSENT);
    mustBreak("StrictSerializability");
  }

  @Test
  void aReadThatDoesNotSeeWhatItsRevisionHoldsIsFound() {
    read(2, 30, BankHistory.Seen.ABSENT, BankHistory.Seen.ABSENT);
    mustBreak("StrictSerializability");
  }

  @Test
  void aTransferAppliedTwiceIsFound() {
    read(3, 30, seen(-5, 1, 3), seen(5, 1, 3));
    mustBreak("OneRevision");
  }

  @Test
  void anEffectOfARefusedTransactionIsFound() {
    written(2, 0, 1, 10, 20).never = true;
    read(3, 30, seen(-5, 2, 3), seen(5, 2, 3));
    mustBreak("NoEffectOfRefused");
  }

  @Test
  void aLostUpdateIsFound() {
    written(2, 3, 1, 10, 20);
    mustBreak("Guards");
  }

  @Test
  void aTransactionBeforeItsTimeIsFound() {
    written(2, 1, -1, 30, 40);
    mustBreak("StrictSerializability");
  }

  @Test
  void anUnknownOutcomeThatWasSeenCountsAsDone() {
    written(2, 0, 2, 21, Long.MAX_VALUE);
    read(3, 30, seen(-9, 2, 3), seen(9, 2, 3));
    read(3, 40, seen(-5, 1, 2), seen(5, 1, 2));
    mustBreak("StrictSerializability");
  }
}
