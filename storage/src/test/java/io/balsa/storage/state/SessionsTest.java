package io.balsa.storage.state;

import static io.balsa.storage.state.KeysTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.Renew;
import io.balsa.proto.internal.v1.Result;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.memory.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exactly once and in order, as far as apply decides it (S1 to S5). */
final class SessionsTest {
  private final MemoryStore store = new MemoryStore();
  private final Machine m = new Machine(store);

  @Test
  void s1_idsNeverRepeatAlsoAfterARestart() throws Exception {
    assertThat(m.open(1_000)).isEqualTo(1);
    assertThat(m.open(1_000)).isEqualTo(2);
    m.apply(Log.close(2));
    m.machine.flush();
    assertThat(KvStateMachine.open(store.crash()).reads().session(2).state()).isEqualTo(SessionView.State.EXPIRED);
    assertThat(KvStateMachine.open(store.copy()).reads().session(3).state()).isEqualTo(SessionView.State.NEVER_ISSUED);
    Machine restarted = new Machine(store.copy());
    restarted.log.entries.addAll(m.log.entries);
    assertThat(restarted.open(1_000)).isEqualTo(3);
  }

  @Test
  void s1_anIdBelowTheCounterWithoutARecordIsExpired() {
    long session = m.open(1_000);
    assertThat(m.session(session).state()).isEqualTo(SessionView.State.LIVE);
    assertThat(m.apply(Log.close(session)).hasClosedSession()).isTrue();
    assertThat(m.session(session).state()).isEqualTo(SessionView.State.EXPIRED);
    assertThat(m.session(session + 1).state()).isEqualTo(SessionView.State.NEVER_ISSUED);
    assertThat(m.session(0).state()).isEqualTo(SessionView.State.NEVER_ISSUED);
    assertThat(m.session(-1).state()).isEqualTo(SessionView.State.NEVER_ISSUED);
    assertRefused(m.apply(Log.numbered(session, 1, Log.incr("n", 1))), StatusCode.FAILED_PRECONDITION,
        "SESSION_EXPIRED");
    assertRefused(m.apply(Log.close(session)), StatusCode.FAILED_PRECONDITION, "SESSION_EXPIRED");
    assertThat(m.value("n")).isNull();
  }

  @Test
  void aTtlOutOfRangeIsRefused() {
    for (long ttl : new long[]{0, -1, Long.MIN_VALUE, Limits.TTL_MILLIS_MAX + 1}) {
      assertRefused(m.apply(Log.open(ttl)), StatusCode.INVALID_ARGUMENT, "TTL_OUT_OF_RANGE");
    }
    assertThat(m.open(Limits.TTL_MILLIS_MAX)).isEqualTo(1);
  }

  @Test
  void s3_aRepeatGetsTheStoredReplyAndHasNoEffect() {
    long session = m.open(1_000);
    Result first = m.apply(Log.numbered(session, 1, Log.incr("n", 5)));
    m.apply(Log.put("other", "x"));
    assertThat(m.apply(Log.numbered(session, 1, Log.incr("n", 5)))).isEqualTo(first);
    assertThat(m.value("n")).isEqualTo("5");
    assertThat(m.session(session).lastSequence()).isEqualTo(1);
  }

  @Test
  void s3_aRepeatWithinTheSameBatchGetsTheReplyToo() throws Exception {
    long session = m.open(1_000);
    var results = m.machine.apply(List.of(m.log.command(Log.numbered(session, 1, Log.incr("n", 5))),
        m.log.command(Log.numbered(session, 1, Log.incr("n", 5))),
        m.log.command(Log.numbered(session, 2, Log.incr("n", 5))),
        m.log.command(Log.numbered(session, 1, Log.incr("n", 5)))));
    assertThat(results.get(1)).isEqualTo(results.get(0));
    assertThat(results.get(3)).isEqualTo(results.get(0));
    assertThat(m.value("n")).isEqualTo("10");
  }

  @Test
  void s3_aHigherSequenceIsRefusedWithoutEffect() {
    long session = m.open(1_000);
    m.apply(Log.numbered(session, 1, Log.incr("n", 1)));
    Result refused = m.apply(Log.numbered(session, 3, Log.incr("n", 1)).setLowestAwaited(2));
    assertRefused(refused, StatusCode.FAILED_PRECONDITION, "WRONG_SEQUENCE");
    assertThat(refused.getError().getDetails(0).getValue()).isEqualTo("2");
    assertRefused(m.apply(Log.numbered(session, 0, Log.incr("n", 1))), StatusCode.FAILED_PRECONDITION,
        "WRONG_SEQUENCE");
    assertRefused(m.apply(Log.numbered(session, -1, Log.incr("n", 1))), StatusCode.FAILED_PRECONDITION,
        "WRONG_SEQUENCE");
    assertThat(m.value("n")).isEqualTo("1");
    assertThat(m.session(session).lastSequence()).isEqualTo(1);
    assertThat(m.session(session).storedReplies()).isEqualTo(1);
  }

  @Test
  void s3_whatIsNotNumberedIsRefusedUnderASequence() {
    long session = m.open(1_000);
    for (Command.Builder command : List.of(Log.open(1_000), Log.close(session), Log.renew(session))) {
      assertRefused(m.apply(Log.numbered(session, 1, command)), StatusCode.FAILED_PRECONDITION, "WRONG_SEQUENCE");
    }
    assertThat(m.session(session).lastSequence()).isZero();
    assertThat(m.session(session + 1).state()).isEqualTo(SessionView.State.NEVER_ISSUED);
  }

  @Test
  void s3_aRefusalDecidedAtApplyConsumesItsSequenceAndIsStored() {
    long session = m.open(1_000);
    m.apply(Log.put("text", "x"));
    Result refused = m.apply(Log.numbered(session, 1, Log.incr("text", 1)));
    assertRefused(refused, StatusCode.FAILED_PRECONDITION, "NOT_A_NUMBER");
    m.apply(Log.put("text", "1"));
    assertThat(m.apply(Log.numbered(session, 1, Log.incr("text", 1)))).isEqualTo(refused);
    assertThat(m.apply(Log.numbered(session, 2, Log.incr("text", 1))).getIncr().getValue()).isEqualTo(2);
  }

  @Test
  void s4_anAcknowledgedReplyIsDroppedAtOnce() throws Exception {
    long session = m.open(1_000);
    for (int sequence = 1; sequence <= 4; sequence++) {
      m.apply(Log.numbered(session, sequence, Log.incr("n", 1)));
    }
    assertThat(m.session(session).storedReplies()).isEqualTo(4);
    assertThat(m.machine.reads().storedReply(session, 2).getIncr().getValue()).isEqualTo(2);
    m.apply(Log.numbered(session, 5, Log.incr("n", 1)).setLowestAwaited(4));
    assertThat(m.session(session).storedReplies()).isEqualTo(2);
    assertThat(m.session(session).lowestAwaited()).isEqualTo(4);
    assertThat(m.machine.reads().storedReply(session, 3)).isNull();
    assertThat(m.machine.reads().storedReply(session, 4).getIncr().getValue()).isEqualTo(4);
    assertThat(m.machine.reads().storedReply(session, 6)).isNull();
    assertRefused(m.apply(Log.numbered(session, 3, Log.incr("n", 1))), StatusCode.FAILED_PRECONDITION, "REPLY_DROPPED");
    assertThat(m.value("n")).isEqualTo("5");
  }

  @Test
  void s4_aRenewalAcknowledgesToo() {
    long session = m.open(1_000);
    m.apply(Log.numbered(session, 1, Log.incr("n", 1)));
    m.apply(Log.numbered(session, 2, Log.incr("n", 1)));
    Renew.Builder renew = Renew.newBuilder().addRenewals(Renew.Renewal.newBuilder().setId(session).setLowestAwaited(2));
    m.apply(Log.command().setRenew(renew));
    assertThat(m.session(session).storedReplies()).isEqualTo(1);
    // More than was given, as a client never says: no more than what there is.
    renew.setRenewals(0, Renew.Renewal.newBuilder().setId(session).setLowestAwaited(1_000));
    m.apply(Log.command().setRenew(renew));
    assertThat(m.session(session).storedReplies()).isZero();
    assertThat(m.session(session).storedReplyBytes()).isZero();
    assertThat(m.apply(Log.numbered(session, 3, Log.incr("n", 1))).getIncr().getValue()).isEqualTo(3);
    assertThat(m.apply(Log.numbered(session, 3, Log.incr("n", 1))).getIncr().getValue()).isEqualTo(3);
  }

  @Test
  void s4_aCommandDoesNotAcknowledgeItsOwnReply() {
    long session = m.open(1_000);
    Result first = m.apply(Log.numbered(session, 1, Log.incr("n", 1)).setLowestAwaited(99));
    assertThat(m.apply(Log.numbered(session, 1, Log.incr("n", 1)))).isEqualTo(first);
    m.apply(Log.numbered(session, 2, Log.incr("n", 1)).setLowestAwaited(-1));
    assertThat(m.session(session).storedReplies()).isEqualTo(2);
  }

  @Test
  void s4_bytesOfStoredRepliesAreCounted() throws Exception {
    long session = m.open(1_000);
    long bytes = 0;
    for (int sequence = 1; sequence <= 50; sequence++) {
      bytes += m.apply(Log.numbered(session, sequence, Log.incr("n", 1L << sequence))).getSerializedSize();
      assertThat(m.session(session).storedReplyBytes()).isEqualTo(bytes);
    }
    for (int sequence = 51; sequence <= 200; sequence++) {
      m.apply(Log.numbered(session, sequence, Log.incr("m", 1)).setLowestAwaited(sequence - 7));
    }
    SessionView view = m.session(session);
    assertThat(view.storedReplies()).isEqualTo(8);
    long expected = 0;
    for (int sequence = 193; sequence <= 200; sequence++) {
      expected += m.machine.reads().storedReply(session, sequence).getSerializedSize();
    }
    assertThat(view.storedReplyBytes()).isEqualTo(expected);
  }

  @Test
  void a1_rowsOfDroppedRepliesAreDeletedWhenThereAreMany() throws Exception {
    long session = m.open(1_000);
    List<io.balsa.raft.log.Entry> batch = new ArrayList<>();
    for (int sequence = 1; sequence <= 1_000; sequence++) {
      batch.add(m.log.command(Log.numbered(session, sequence, Log.delete("nothing"))));
    }
    m.machine.apply(batch);
    assertThat(replyRows(store)).isEqualTo(1_000);
    acknowledge(session, 256);
    assertThat(m.session(session).storedReplies()).isEqualTo(745);
    assertThat(replyRows(store)).as("255 are not many").isEqualTo(1_000);
    StateHash hash = m.hash();
    // What is still there is found again after a restart, and deleted in the end; no hash ever counts it.
    MemoryStore copy = store.copy();
    Machine restarted = new Machine(copy);
    restarted.log.entries.addAll(m.log.entries);
    assertThat(restarted.hash()).isEqualTo(hash);
    acknowledge(session, 257);
    restarted.machine.apply(List.of(m.log.entries.get(m.log.entries.size() - 1)));
    assertThat(replyRows(store)).isEqualTo(744);
    assertThat(replyRows(copy)).isEqualTo(744);
    assertThat(restarted.hash()).isEqualTo(m.hash());
    assertThat(m.machine.reads().storedReply(session, 257)).isNotNull();
    acknowledge(session, 300);
    m.apply(Log.close(session));
    assertThat(replyRows(store)).isZero();
  }

  @Test
  void a1_whatIsLeftOfManyEndedSessionsIsDeletedAFewWithEachBatch() throws Exception {
    List<io.balsa.raft.log.Entry> batch = new ArrayList<>();
    List<Long> sessions = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sessions.add(m.open(1_000));
    }
    for (long session : sessions) {
      for (int sequence = 1; sequence <= 100; sequence++) {
        batch.add(m.log.command(Log.numbered(session, sequence, Log.delete("nothing"))));
      }
    }
    m.machine.apply(batch);
    assertThat(replyRows(store)).isEqualTo(10_000);
    m.machine.apply(sessions.stream().map(session -> m.log.command(Log.close(session))).toList());
    assertThat(replyRows(store)).isBetween(1, 9_999);
    StateHash hash = m.hash();
    MemoryStore copy = store.copy();
    Machine restarted = new Machine(copy);
    restarted.log.entries.addAll(m.log.entries);
    assertThat(restarted.hash()).isEqualTo(hash);
    for (int i = 0; i < 3; i++) {
      restarted.clock(0);
      m.clock(0);
    }
    assertThat(replyRows(store)).isZero();
    assertThat(replyRows(copy)).isZero();
    assertThat(restarted.hash()).isEqualTo(m.hash());
  }

  private void acknowledge(long session, long lowestAwaited) {
    m.apply(Log.command().setRenew(
        Renew.newBuilder().addRenewals(Renew.Renewal.newBuilder().setId(session).setLowestAwaited(lowestAwaited))));
  }

  @Test
  void repliesGoWithTheirSession() throws Exception {
    long session = m.open(1_000);
    for (int sequence = 1; sequence <= 5; sequence++) {
      m.apply(Log.numbered(session, sequence, Log.incr("n", 1)));
    }
    m.machine
        .apply(List.of(m.log.command(Log.numbered(session, 6, Log.incr("n", 1))), m.log.command(Log.close(session))));
    assertThat(replyRows(store)).isZero();
    assertThat(m.machine.reads().storedReply(session, 5)).isNull();
    assertThat(m.machine.toString()).isEqualTo(KvStateMachine.open(store.copy()).toString());
  }

  @Test
  void repliesThatAreAcknowledgedWithinTheBatchAreNeverWritten() throws Exception {
    long session = m.open(1_000);
    List<io.balsa.raft.log.Entry> batch = new ArrayList<>();
    for (int sequence = 1; sequence <= 100; sequence++) {
      batch.add(m.log.command(Log.numbered(session, sequence, Log.incr("n", 1)).setLowestAwaited(sequence)));
    }
    m.machine.apply(batch);
    assertThat(replyRows(store)).isEqualTo(1);
    assertThat(m.session(session).storedReplies()).isEqualTo(1);
    assertThat(KvStateMachine.open(store.copy()).toString()).isEqualTo(m.machine.toString());
  }

  @Test
  void s5_aReadWaitsUntilItsSessionHasComeSoFar() {
    long session = m.open(1_000);
    List<String> calls = new ArrayList<>();
    m.machine.reads().awaitSession(session, 0, calling("0", calls));
    assertThat(calls).containsExactly("0 reached");
    m.machine.reads().awaitSession(session, 2, calling("2", calls));
    m.machine.reads().awaitSession(session, 1, calling("1", calls));
    m.machine.reads().awaitSession(session, 3, calling("3", calls));
    m.machine.reads().awaitSession(session, 2, calling("given up", calls)).run();
    m.apply(Log.numbered(session, 1, Log.incr("n", 1)));
    assertThat(calls).containsExactly("0 reached", "1 reached");
    m.apply(Log.numbered(session, 2, Log.incr("n", 1)));
    assertThat(calls).containsExactly("0 reached", "1 reached", "2 reached");
    m.apply(Log.close(session));
    assertThat(calls).containsExactly("0 reached", "1 reached", "2 reached", "3 expired");
    m.machine.reads().awaitSession(session, 1, calling("late", calls));
    assertThat(calls).last().isEqualTo("late expired");
  }

  @Test
  void s5_aSessionThatIsNotOpenHereYetIsWaitedFor() {
    List<String> calls = new ArrayList<>();
    m.machine.reads().awaitSession(1, 0, calling("1", calls));
    assertThat(calls).isEmpty();
    m.open(1_000);
    assertThat(calls).containsExactly("1 reached");
  }

  private static int replyRows(MemoryStore store) throws Exception {
    int rows = 0;
    try (var iterator = store.iterate(ColumnFamily.REPLIES, new byte[0], null)) {
      for (boolean onRow = iterator.seekFirst(); onRow; onRow = iterator.next()) {
        rows++;
      }
    }
    return rows;
  }

  private static SessionCallback calling(String name, List<String> calls) {
    return new SessionCallback() {
      @Override
      public void reached() {
        calls.add(name + " reached");
      }

      @Override
      public void expired() {
        calls.add(name + " expired");
      }
    };
  }
}
