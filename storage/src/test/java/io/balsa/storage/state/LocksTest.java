package io.balsa.storage.state;

import static io.balsa.storage.state.KeysTest.assertRefused;
import static io.balsa.storage.state.Log.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockInfo;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.LockState;
import io.balsa.raft.log.Entry;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.WriteBatch;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.mvcc.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Locks as entries make them (K2 to K5, T4), one rule at a time. */
final class LocksTest {
  private final MemoryStore store = new MemoryStore();
  private final Machine m = new Machine(store);
  private final TreeMap<Long, Long> sequences = new TreeMap<>();
  private final long a = m.open(10_000);
  private final long b = m.open(20_000);
  private final long c = m.open(20_000);

  @AfterEach
  void a2_theTablesInMemoryCouldBeRebuilt() throws Exception {
    assertThat(KvStateMachine.open(store.copy()).toString()).isEqualTo(m.machine.toString());
  }

  @Test
  void k2_aFreeLockIsHeldAtOnceAndTheNextInLineGetsItWhenItIsReleased() {
    assertHeld(send(a, Log.acquire("l", "x")), 1);
    assertThat(send(b, Log.acquire("l", "y")).getLockAcquire().getState()).isEqualTo(LockState.WAITING);
    Result third = send(c, Log.acquire("l", "z"));
    assertThat(third.getLockAcquire().getRequestsBefore()).isEqualTo(1);
    assertThat(third.getLockAcquire().getRequest().getSessionId()).isEqualTo(c);
    assertThat(third.getLockAcquire().getRequest().getSequence()).isEqualTo(1);
    assertThat(state(b, 1)).isEqualTo(LockRequestState.WAITING);
    assertThat(was(send(a, Log.release("l", a, 1)))).isEqualTo(LockState.HELD);
    assertThat(state(a, 1)).isEqualTo(LockRequestState.GONE);
    assertThat(state(b, 1)).isEqualTo(LockRequestState.held(2));
    assertThat(state(c, 1)).isEqualTo(LockRequestState.WAITING);
    assertThat(m.revision()).as("locks add no revision (A5)").isEqualTo(1);
  }

  @Test
  void k2_aRepeatGetsTheStoredReplyWhateverHappenedSince() {
    send(a, Log.acquire("l", "x"));
    Result waiting = send(b, Log.acquire("l", "y"));
    send(a, Log.release("l", a, 1));
    assertThat(m.apply(Log.numbered(b, 1, Log.acquire("l", "y")))).isEqualTo(waiting);
    assertThat(state(b, 1)).isEqualTo(LockRequestState.held(2));
  }

  @Test
  void k2_releaseWithdrawsAWaiterAndIsIdempotent() {
    send(a, Log.acquire("l", "x"));
    send(b, Log.acquire("l", "y"));
    send(c, Log.acquire("l", "z"));
    assertThat(was(send(b, Log.release("l", b, 1)))).isEqualTo(LockState.WAITING);
    assertThat(was(send(b, Log.release("l", b, 1)))).isEqualTo(LockState.GONE);
    assertThat(was(send(b, Log.release("other", b, 1)))).isEqualTo(LockState.GONE);
    send(a, Log.release("l", a, 1));
    assertThat(state(c, 1)).isEqualTo(LockRequestState.held(2));
    assertRefused(send(b, Log.release("l", c, 1)), StatusCode.INVALID_ARGUMENT, "BAD_REQUEST");
    assertThat(state(c, 1)).isEqualTo(LockRequestState.held(2));
  }

  @Test
  void k3_anOwnerReentersWithinItsSessionAndHoldsUntilItReleasedAll() {
    assertHeld(send(a, Log.acquire("l", "x")), 1);
    send(b, Log.acquire("l", "x"));
    assertHeld(send(a, Log.acquire("l", "x")), 1);
    assertHeld(send(a, Log.share("l", "x", 0)), 1);
    assertThat(state(b, 1)).as("another session is never re-entrant").isEqualTo(LockRequestState.WAITING);
    send(a, Log.release("l", a, 1));
    send(a, Log.release("l", a, 1));
    assertThat(state(a, 2)).isEqualTo(LockRequestState.held(1));
    send(a, Log.release("l", a, 3));
    assertThat(state(b, 1)).isEqualTo(LockRequestState.WAITING);
    send(a, Log.release("l", a, 2));
    assertThat(state(b, 1)).isEqualTo(LockRequestState.held(2));
  }

  @Test
  void k3_withoutAnOwnerIdNobodyReenters() {
    assertHeld(send(a, Log.acquire("l", "")), 1);
    assertThat(send(a, Log.acquire("l", "")).getLockAcquire().getState()).isEqualTo(LockState.WAITING);
    assertHeld(send(a, Log.share("s", "", 2)), 2);
    assertHeld(send(a, Log.share("s", "", 2)), 3);
    assertThat(send(a, Log.share("s", "", 2)).getLockAcquire().getState()).isEqualTo(LockState.WAITING);
  }

  @Test
  void k3_whoSharesIsNotUpgraded() {
    assertHeld(send(a, Log.share("l", "x", 0)), 1);
    Result refused = send(a, Log.acquire("l", "x"));
    assertRefused(refused, StatusCode.FAILED_PRECONDITION, "LOCK_UPGRADE");
    assertThat(state(a, 2)).isEqualTo(LockRequestState.GONE);
    assertThat(send(a, Log.acquire("l", "other")).getLockAcquire().getState()).isEqualTo(LockState.WAITING);
  }

  @Test
  void k3_whoReleasesTheExclusiveRequestAndKeepsASharedOneShares() {
    assertHeld(send(a, Log.acquire("l", "x")), 1);
    assertHeld(send(a, Log.share("l", "x", 2)), 1);
    send(b, Log.share("l", "y", 2));
    send(c, Log.share("l", "z", 2));
    send(a, Log.release("l", a, 1));
    assertThat(state(b, 1)).isEqualTo(LockRequestState.held(2));
    assertThat(state(c, 1)).as("two permits").isEqualTo(LockRequestState.WAITING);
    assertRefused(send(a, Log.acquire("l", "x")), StatusCode.FAILED_PRECONDITION, "LOCK_UPGRADE");
  }

  @Test
  void k4_everyGrantHasItsOwnTokenStoreWideAndAfterARestart() throws Exception {
    assertHeld(send(a, Log.acquire("l", "x")), 1);
    assertHeld(send(a, Log.acquire("m", "x")), 2);
    send(a, Log.release("l", a, 1));
    assertHeld(send(b, Log.acquire("l", "x")), 3);
    send(b, Log.release("l", b, 1));
    m.apply(Log.close(a));
    m.machine.flush();
    Machine restarted = m.restarted(store.copy());
    assertThat(restarted.apply(Log.numbered(c, 1, Log.acquire("l", "x"))).getLockAcquire().getToken()).isEqualTo(4);
  }

  @Test
  void k5_theQueueIsFirstInFirstOutAcrossModes() {
    assertHeld(send(a, Log.share("l", "1", 0)), 1);
    assertHeld(send(b, Log.share("l", "2", 0)), 2);
    send(c, Log.acquire("l", "3"));
    assertThat(send(b, Log.share("l", "4", 0)).getLockAcquire().getState()).as("behind an EXCLUSIVE waiter")
        .isEqualTo(LockState.WAITING);
    assertHeld(send(b, Log.share("l", "2", 0)), 2);
    send(a, Log.release("l", a, 1));
    send(b, Log.release("l", b, 1));
    assertThat(state(c, 1)).as("a re-entry holds it still").isEqualTo(LockRequestState.WAITING);
    send(b, Log.release("l", b, 3));
    assertThat(state(c, 1)).isEqualTo(LockRequestState.held(3));
    assertThat(state(b, 2)).isEqualTo(LockRequestState.WAITING);
    send(c, Log.release("l", c, 1));
    assertThat(state(b, 2)).isEqualTo(LockRequestState.held(4));
  }

  @Test
  void k5_whatIsAReentryOnceItsOwnerHoldsTheLockDoesNotWait() {
    send(a, Log.acquire("l", "x"));
    send(b, Log.acquire("l", "y"));
    send(c, Log.acquire("l", "z"));
    send(b, Log.share("l", "y", 0));
    send(a, Log.release("l", a, 1));
    assertThat(state(b, 1)).isEqualTo(LockRequestState.held(2));
    assertThat(state(b, 2)).isEqualTo(LockRequestState.held(2));
    assertThat(state(c, 1)).isEqualTo(LockRequestState.WAITING);
  }

  @Test
  void k5_permitsCountOwnersAndAllSayTheSame() {
    assertHeld(send(a, Log.share("l", "1", 2)), 1);
    assertHeld(send(a, Log.share("l", "2", 2)), 2);
    assertHeld(send(a, Log.share("l", "2", 2)), 2);
    assertThat(send(b, Log.share("l", "3", 2)).getLockAcquire().getState()).isEqualTo(LockState.WAITING);
    Result refused = send(b, Log.share("l", "4", 3));
    assertRefused(refused, StatusCode.FAILED_PRECONDITION, "PERMITS_DIFFER");
    assertThat(refused.getError().getMessage()).contains("shared by 2 owners at most").contains("says 3");
    assertThat(send(b, Log.share("l", "4", 0)).getError().getMessage()).contains("says any number");
    send(a, Log.release("l", a, 2));
    assertThat(state(b, 1)).as("the owner has another request").isEqualTo(LockRequestState.WAITING);
    send(a, Log.release("l", a, 3));
    assertThat(state(b, 1)).isEqualTo(LockRequestState.held(3));
    send(a, Log.release("l", a, 1));
    send(b, Log.release("l", b, 1));
    assertHeld(send(b, Log.share("l", "4", 3)), 4);
  }

  @Test
  void k5_aWaitRunsOutOnClusterTimeAndAtClockEntriesOnly() {
    m.at(SECOND);
    send(a, Log.acquire("l", "x"));
    assertThat(send(b, waiting(Log.acquire("l", "y"), 0)).getLockAcquire().getState()).isEqualTo(LockState.GONE);
    send(b, waiting(Log.acquire("l", "y"), 2_000));
    send(c, Log.acquire("l", "z"));
    assertThat(m.machine.nextDueNanos()).isEqualTo(3 * SECOND);
    m.clock(3 * SECOND - 1);
    m.at(5 * SECOND).apply(Log.put("k", "v"));
    assertThat(state(b, 2)).as("due, and not run out").isEqualTo(LockRequestState.WAITING);
    m.clock(5 * SECOND);
    assertThat(state(b, 2)).isEqualTo(LockRequestState.GONE);
    assertThat(state(c, 1)).isEqualTo(LockRequestState.WAITING);
    assertThat(m.machine.nextDueNanos()).as("the session").isEqualTo(10 * SECOND);
  }

  @Test
  void k5_inAClockEntryLeasesGoFirstThenWaitsThenGrantsAreMade() {
    m.apply(Log.renew(b, c));
    send(a, Log.acquire("l", "x"));
    send(b, waiting(Log.acquire("l", "y"), 10_000));
    send(c, waiting(Log.acquire("l", "z"), 10_001));
    // All in one entry: the holder's session expires, the first waiter has run out, the second one is granted.
    m.clock(10 * SECOND);
    assertThat(state(a, 1)).isEqualTo(LockRequestState.GONE);
    assertThat(state(b, 1)).isEqualTo(LockRequestState.GONE);
    assertThat(state(c, 1)).isEqualTo(LockRequestState.held(2));
    assertThat(m.machine.reads().clusterTimeNanos()).isEqualTo(10 * SECOND);
  }

  @Test
  void k5_theEndOfASessionEndsItsRequestsInTheSameEntry() {
    for (int way = 0; way < 2; way++) {
      long session = m.open(60_000);
      String lock = "l" + way;
      send(session, Log.acquire(lock, "x"));
      send(session, Log.acquire("n" + way, ""));
      send(session, Log.acquire("n" + way, ""));
      send(b, Log.acquire(lock, "y"));
      send(session, Log.acquire(lock, "z"));
      send(c, Log.acquire(lock, "w"));
      long token = state(session, 1).token();
      m.apply(way == 0 ? Log.close(session) : Log.revoke(session));
      LockInfo info = lock(lock);
      assertThat(info.getHoldersList()).hasSize(1);
      assertThat(info.getHolders(0).getOwner()).isEqualTo("y");
      assertThat(info.getHolders(0).getToken()).isGreaterThan(token);
      assertThat(info.getQueueList()).hasSize(1);
      assertThat(lock("n" + way)).isNull();
    }
  }

  @Test
  void aSessionMayRevokeItself() {
    send(a, Log.acquire("l", "x"));
    send(b, Log.acquire("l", "y"));
    assertThat(send(a, Log.revoke(a)).hasLeaseRevoke()).isTrue();
    assertThat(m.session(a).state()).isEqualTo(SessionView.State.EXPIRED);
    assertThat(state(b, 1)).isEqualTo(LockRequestState.held(2));
    assertRefused(m.apply(Log.numbered(a, 2, Log.revoke(a))), StatusCode.FAILED_PRECONDITION, "SESSION_EXPIRED");
  }

  @Test
  void t4_aDueSessionHoldsItsLocksUntilItExpires() {
    send(a, Log.acquire("l", "x"));
    m.at(50 * SECOND);
    assertThat(send(b, Log.acquire("l", "y")).getLockAcquire().getState()).isEqualTo(LockState.WAITING);
    m.apply(Log.renew(a, b));
    m.clock(50 * SECOND);
    assertThat(state(a, 1)).isEqualTo(LockRequestState.held(1));
  }

  @Test
  void t4_aClockEntryEndsAThousandRequestsBesidesThoseOfItsFirstLease() throws Exception {
    long[] sessions = new long[4];
    int[] requests = {1_500, 600, 600, 10};
    for (int i = 0; i < sessions.length; i++) {
      sessions[i] = m.at(i).open(1_000);
      List<Entry> entries = new ArrayList<>();
      for (int r = 1; r <= requests[i]; r++) {
        entries.add(m.log.command(Log.numbered(sessions[i], r, Log.acquire("l" + r, ""))));
      }
      m.machine.apply(entries);
    }
    List<Entry> waits = new ArrayList<>();
    send(b, Log.acquire("w", ""));
    for (int r = 0; r < 1_100; r++) {
      waits.add(m.log.command(Log.numbered(c, r + 1, waiting(Log.acquire("w", ""), 500))));
    }
    m.machine.apply(waits);
    m.clock(5 * SECOND);
    assertThat(m.session(sessions[0]).state()).isEqualTo(SessionView.State.EXPIRED);
    assertThat(m.session(sessions[1]).state()).isEqualTo(SessionView.State.LIVE);
    assertThat(state(sessions[1], 1).kind()).as("granted, though it is due").isEqualTo(LockRequestState.Kind.HELD);
    assertThat(lock("l1").getHolders(0).getRequest().getSessionId()).isEqualTo(sessions[1]);
    assertThat(lock("w").getQueueCount()).as("no room was left for waits").isEqualTo(1_100);
    m.clock(5 * SECOND);
    assertThat(m.session(sessions[1]).state()).isEqualTo(SessionView.State.EXPIRED);
    assertThat(m.session(sessions[2]).state()).isEqualTo(SessionView.State.LIVE);
    assertThat(lock("w").getQueueCount()).isEqualTo(700);
    m.clock(5 * SECOND);
    assertThat(m.session(sessions[3]).state()).isEqualTo(SessionView.State.EXPIRED);
    assertThat(lock("l1")).isNull();
    assertThat(lock("w").getQueueCount()).isEqualTo(310);
    m.clock(5 * SECOND);
    assertThat(lock("w").getQueueCount()).isZero();
    assertThat(m.machine.nextDueNanos()).isEqualTo(10 * SECOND);
  }

  @Test
  void k5_grantsBeyondTenThousandAreMadeWithTheNextEntry() throws Exception {
    for (String lock : List.of("l", "m")) {
      send(a, Log.acquire(lock, ""));
      long session = lock.equals("l") ? b : c;
      List<Entry> entries = new ArrayList<>();
      for (int r = 1; r <= 9_999; r++) {
        entries.add(m.log.command(Log.numbered(session, r, Log.share(lock, "", 0))));
      }
      m.machine.apply(entries);
    }
    assertThat(m.machine.nextDueNanos()).isEqualTo(10 * SECOND);
    m.apply(Log.close(a));
    assertThat(lock("l").getHoldersCount()).isEqualTo(9_999);
    assertThat(lock("m").getHoldersCount()).isEqualTo(1);
    assertThat(m.machine.nextDueNanos()).as("due at once").isEqualTo(m.machine.reads().clusterTimeNanos());
    assertThat(KvStateMachine.open(store.copy()).toString()).isEqualTo(m.machine.toString());
    assertThat(KvStateMachine.open(store.copy()).nextDueNanos()).isEqualTo(m.machine.nextDueNanos());
    m.clock(SECOND);
    assertThat(lock("m").getHoldersCount()).isEqualTo(9_999);
    assertThat(m.machine.nextDueNanos()).isEqualTo(20 * SECOND);
  }

  @Test
  void a1_aSessionAndALockHaveTenThousandRequests() throws Exception {
    List<Entry> entries = new ArrayList<>();
    for (int r = 1; r <= 10_000; r++) {
      entries.add(m.log.command(Log.numbered(a, r, Log.share("l", "", 0))));
    }
    m.machine.apply(entries);
    sequences.put(a, 10_000L);
    assertRefused(send(a, Log.acquire("other", "")), StatusCode.FAILED_PRECONDITION, "TOO_MANY_LOCK_REQUESTS");
    assertRefused(send(b, Log.acquire("l", "")), StatusCode.FAILED_PRECONDITION, "TOO_MANY_LOCK_REQUESTS");
    assertThat(m.machine.reads().leaseView(a).getLockCount()).isEqualTo(10_000);
    send(a, Log.release("l", a, 1));
    assertThat(send(b, Log.acquire("l", "")).getLockAcquire().getState()).isEqualTo(LockState.WAITING);
    m.apply(Log.close(a));
    assertThat(state(b, 2).kind()).isEqualTo(LockRequestState.Kind.HELD);
  }

  @Test
  void whatIsWrongWithARequestIsSaid() {
    assertRefused(m.apply(Log.acquire("l", "x")), StatusCode.INVALID_ARGUMENT, "SESSION_REQUIRED");
    assertRefused(m.apply(Log.release("l", a, 1)), StatusCode.INVALID_ARGUMENT, "SESSION_REQUIRED");
    assertRefused(send(a, Log.acquire("", "x")), StatusCode.INVALID_ARGUMENT, "LOCK_NAME_EMPTY");
    assertRefused(send(a, Log.acquire("l".repeat(1_025), "x")), StatusCode.INVALID_ARGUMENT, "LOCK_NAME_TOO_LARGE");
    assertRefused(send(a, Log.release("l".repeat(1_025), a, 1)), StatusCode.INVALID_ARGUMENT, "LOCK_NAME_TOO_LARGE");
    assertRefused(send(a, Log.acquire("l", "x".repeat(257))), StatusCode.INVALID_ARGUMENT, "LOCK_OWNER_TOO_LARGE");
    for (int mode : new int[]{0, 3, -1}) {
      assertRefused(
          send(a, Log.command().setLockAcquire(LockAcquireRequest.newBuilder().setName("l").setModeValue(mode))),
          StatusCode.INVALID_ARGUMENT, "BAD_REQUEST");
    }
    assertHeld(send(a, Log.acquire("l".repeat(1_024), "x".repeat(256))), 1);
  }

  @Test
  void describeAndListTellOfOneMoment() throws Exception {
    m.at(SECOND);
    send(a, Log.share("b\0b", "x", 2));
    send(a, Log.acquire("b", "x"));
    send(a, Log.acquire("bc", ""));
    send(a, Log.acquire("a", ""));
    send(a, Log.acquire("c", ""));
    m.at(3 * SECOND);
    send(b, waiting(Log.acquire("b", "y"), 5_000));
    send(c, Log.acquire("b", "z"));
    m.at(4 * SECOND).apply(Log.put("k", "v"));
    LockInfo info = lock("b");
    assertThat(info.getMode()).isEqualTo(LockMode.EXCLUSIVE);
    assertThat(info.getHolders(0).getOwner()).isEqualTo("x");
    assertThat(info.getHolders(0).getToken()).isEqualTo(2);
    assertThat(info.getHolders(0).getSinceMillis()).isEqualTo(3_000);
    assertThat(info.getHolders(0).hasWaitMillis()).isFalse();
    assertThat(info.getQueue(0).getOwner()).isEqualTo("y");
    assertThat(info.getQueue(0).getSinceMillis()).isEqualTo(1_000);
    assertThat(info.getQueue(0).getWaitMillis()).isEqualTo(4_000);
    assertThat(info.getQueue(1).hasWaitMillis()).isFalse();
    assertThat(lock("b\0b").getPermits()).isEqualTo(2);
    assertThat(lock("none")).isNull();
    StateReads reads = m.machine.reads();
    assertThat(names(reads.locks("", "", 99))).containsExactly("a", "b", "b\0b", "bc", "c");
    assertThat(names(reads.locks("b", "", 99))).containsExactly("b", "b\0b", "bc");
    assertThat(names(reads.locks("b", "", 2))).containsExactly("b", "b\0b");
    assertThat(reads.locks("b", "", 2).more()).isTrue();
    assertThat(names(reads.locks("b", "b\0b", 2))).containsExactly("bc");
    assertThat(reads.locks("b", "b\0b", 2).more()).isFalse();
    assertThat(names(reads.locks("b", "a", 1))).containsExactly("b");
    assertThat(names(reads.locks("", "c", 1))).isEmpty();
    assertThat(reads.lock("b").getQueueList()).isEqualTo(reads.locks("b", "", 1).items().getFirst().getQueueList());
  }

  @Test
  void k2_whoAwaitsARequestIsToldOnce() {
    List<String> calls = new ArrayList<>();
    await(a, 1, "a1", calls);
    send(a, Log.acquire("l", "x"));
    assertThat(calls).containsExactly("a1 held 1");
    await(b, 1, "b1", calls);
    m.machine.reads().awaitLock("l", b, 1, calling("given up", calls)).run();
    send(b, Log.acquire("l", "y"));
    m.machine.reads().awaitLock("l", b, 1, calling("given up too", calls)).run();
    m.machine.reads().awaitLock("other", b, 1, calling("of another lock", calls));
    send(c, waiting(Log.acquire("l", "z"), 0));
    await(c, 1, "c1", calls);
    assertThat(calls).containsExactly("a1 held 1", "of another lock gone", "c1 gone");
    await(b, 1, "b1 again", calls);
    send(a, Log.release("l", a, 1));
    assertThat(calls).containsExactly("a1 held 1", "of another lock gone", "c1 gone", "b1 held 2", "b1 again held 2");
    calls.clear();
    send(c, Log.acquire("l", "z"));
    await(c, 2, "c2", calls);
    await(c, 3, "c3", calls);
    m.apply(Log.close(c));
    assertThat(calls).containsExactlyInAnyOrder("c2 gone", "c3 gone");
    assertThat(m.machine.reads().lockRequest("l", b, 9)).isEqualTo(LockRequestState.NOT_APPLIED);
    assertThat(m.machine.reads().lockRequest("l", c, 2)).isEqualTo(LockRequestState.GONE);
  }

  @Test
  void rowsThatDoNotFitAreCorrupt() throws Exception {
    byte[] key = Rows.escaped(new byte[]{'l'});
    byte[] ofSession = java.util.Arrays.copyOf(key, key.length + 16);
    ofSession[key.length + 7] = (byte) a;
    for (Object[] wrong : new Object[][]{{new byte[]{1}, new byte[]{1, 1, 0, 1, 0, 0, 0}},
        {ofSession, new byte[]{1, 1, 0}}, {ofSession, new byte[]{2, 1, 0, 1, 0, 0, 0}},
        {ofSession, new byte[]{1, 3, 0, 1, 0, 0, 0}},
        {java.util.Arrays.copyOf(key, key.length + 16), new byte[]{1, 1, 0, 1, 0, 0, 0}}}) {
      MemoryStore copy = store.copy();
      WriteBatch batch = copy.newBatch();
      batch.put(ColumnFamily.LOCK_REQUESTS, (byte[]) wrong[0], (byte[]) wrong[1]);
      copy.write(batch);
      assertThatThrownBy(() -> KvStateMachine.open(copy)).isInstanceOf(StateCorruptException.class)
          .hasMessageContaining("state is corrupt");
    }
  }

  private void await(long session, long sequence, String name, List<String> calls) {
    m.machine.reads().awaitLock("l", session, sequence, calling(name, calls));
  }

  private static LockCallback calling(String name, List<String> calls) {
    return new LockCallback() {
      @Override
      public void held(long token) {
        calls.add(name + " held " + token);
      }

      @Override
      public void gone() {
        calls.add(name + " gone");
      }
    };
  }

  private static List<String> names(Page<LockInfo> page) {
    return page.items().stream().map(LockInfo::getName).toList();
  }

  private LockInfo lock(String name) {
    try {
      return m.machine.reads().lock(name);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** As the session's next command. */
  private Result send(long session, Command.Builder command) {
    return m.apply(Log.numbered(session, sequences.merge(session, 1L, Long::sum), command));
  }

  private static Command.Builder waiting(Command.Builder acquire, long millis) {
    acquire.getLockAcquireBuilder().setWaitMillis(millis);
    return acquire;
  }

  private LockRequestState state(long session, long sequence) {
    for (String lock : List.of("l", "l0", "l1", "w")) {
      LockRequestState state = m.machine.reads().lockRequest(lock, session, sequence);
      if (state.kind() != LockRequestState.Kind.GONE) {
        return state;
      }
    }
    return LockRequestState.GONE;
  }

  private static LockState was(Result result) {
    return result.getLockRelease().getWas();
  }

  private static void assertHeld(Result result, long token) {
    assertThat(result.getLockAcquire().getState()).as("%s", result).isEqualTo(LockState.HELD);
    assertThat(result.getLockAcquire().getToken()).isEqualTo(token);
  }
}
