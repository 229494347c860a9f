package io.balsa.server.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.error.Errors;
import io.balsa.raft.sim.Operation;
import io.balsa.raft.sim.Timeline;
import io.balsa.raft.sim.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What judges the answers can fail, and lets pass what may be. */
class CheckersTest {
  private static OwnKeys.Key key(Object... changes) {
    OwnKeys.Key key = new OwnKeys.Key();
    for (int i = 0; i < changes.length; i += 2) {
      OwnKeys.Change change = new OwnKeys.Change(((Integer) changes[i]).longValue());
      change.outcome = (OwnKeys.Outcome) changes[i + 1];
      key.changes.add(change);
    }
    return key;
  }

  @Test
  void aCallSeesTheLastChangeBeforeItThatWasMade() {
    OwnKeys.Key key = key(7, OwnKeys.Outcome.DONE, 8, OwnKeys.Outcome.DONE, 9, OwnKeys.Outcome.NEVER);
    assertThat(key.possible(3, 3)).containsExactly(8L);
    assertThat(key.possible(1, 1)).containsExactly(7L);
    assertThat(key.possible(0, 0)).containsExactly(OwnKeys.ABSENT);
  }

  @Test
  void aChangeOfUnknownOutcomeMayHaveBeenMadeOrNot() {
    OwnKeys.Key key = key(7, OwnKeys.Outcome.DONE, 8, OwnKeys.Outcome.UNKNOWN);
    assertThat(key.possible(2, 2)).containsExactly(7L, 8L);
  }

  @Test
  void aReadMaySeeWhatWasChangedWhileItWasUnderWay() {
    OwnKeys.Key key = key(7, OwnKeys.Outcome.DONE, 8, OwnKeys.Outcome.DONE);
    assertThat(key.possible(1, 2)).containsExactly(7L, 8L);
  }

  @Test
  void anOldValueIsFound() {
    OwnKeys.Key key = key(7, OwnKeys.Outcome.DONE, 8, OwnKeys.Outcome.DONE);
    key.saw("a get", 2, 2, 7);
    assertThatThrownBy(() -> key.check("a client")).isInstanceOf(Violation.class).hasMessageContaining("saw 7");
  }

  @Test
  void aCallThatOvertookAnEarlierOneOfItsClientIsFound() {
    assertThatCode(() -> Counters.checkOrder("a client", new long[]{1, 0, 5, 6})).doesNotThrowAnyException();
    assertThatThrownBy(() -> Counters.checkOrder("a client", new long[]{1, 5, 0, 4})).isInstanceOf(Violation.class);
  }

  @Test
  void aTotalThatNoOutcomeOfTheUnknownExplainsIsFound() {
    List<Operation> increments = List.of(new Operation(1, Operation.Kind.ADD, 0, 1, 0, 0, 1),
        new Operation(1, Operation.Kind.ADD, 0, 0, 0, 0, Long.MAX_VALUE));
    assertThatCode(() -> Counters.checkTotal(increments, 1)).doesNotThrowAnyException();
    assertThatCode(() -> Counters.checkTotal(increments, 2)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Counters.checkTotal(increments, 0)).isInstanceOf(Violation.class);
    assertThatThrownBy(() -> Counters.checkTotal(increments, 3)).isInstanceOf(Violation.class);
  }

  /** E1: an error that says that nothing was changed is believed, so that the register's checker finds the lie. */
  @Test
  void aCallThatSurelyHadNoEffectIsNoOperation() {
    History history = new History(new Timeline());
    history.begin(1, Operation.Kind.WRITE, 0, 7).failed(Errors.deadline("", false));
    assertThat(history.of(0)).isEmpty();
    history.begin(1, Operation.Kind.WRITE, 0, 8).failed(Errors.deadline("", true));
    history.begin(1, Operation.Kind.WRITE, 0, 9);
    assertThat(history.of(0)).hasSize(2).allMatch(Operation::isUnknown);
    assertThat(history.unknown()).isEqualTo(2);
  }
}
