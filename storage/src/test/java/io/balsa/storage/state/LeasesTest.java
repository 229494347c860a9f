package io.balsa.storage.state;

import static io.balsa.storage.state.KeysTest.assertRefused;
import static io.balsa.storage.state.KeysTest.kv;
import static io.balsa.storage.state.Log.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Entry;
import io.balsa.storage.memory.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The cluster clock and what it expires, as far as apply decides it (T1, T4, T5), and keys attached to leases. */
final class LeasesTest {
  private final MemoryStore store = new MemoryStore();
  private final Machine m = new Machine(store);

  @Test
  void t1_theClusterTimeIsTheLargestStampApplied() {
    m.at(5 * SECOND).apply(Log.put("k", "1"));
    assertThat(m.machine.reads().clusterTimeNanos()).isEqualTo(5 * SECOND);
    m.at(3 * SECOND).apply(Log.put("k", "2"));
    assertThat(m.machine.reads().clusterTimeNanos()).isEqualTo(5 * SECOND);
    m.clock(6 * SECOND);
    assertThat(m.machine.reads().clusterTimeNanos()).isEqualTo(6 * SECOND);
  }

  @Test
  void t4_onlyAClockEntryExpires() {
    long session = m.at(SECOND).open(2_000);
    m.apply(Log.put("k", "v", session));
    assertThat(m.machine.nextDueNanos()).isEqualTo(3 * SECOND);
    m.at(100 * SECOND).apply(Log.put("other", "v"));
    assertThat(m.session(session).state()).isEqualTo(SessionView.State.LIVE);
    assertThat(m.apply(Log.numbered(session, 1, Log.incr("n", 1))).hasIncr()).isTrue();
    m.clock(100 * SECOND);
    assertThat(m.session(session).state()).isEqualTo(SessionView.State.EXPIRED);
    assertThat(m.get("k")).isNull();
    assertThat(m.machine.nextDueNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void t4_aLeaseExpiresAtItsDeadlineAndNotBefore() {
    long session = m.at(SECOND).open(2_000);
    m.clock(3 * SECOND - 1);
    assertThat(m.session(session).state()).isEqualTo(SessionView.State.LIVE);
    m.clock(3 * SECOND);
    assertThat(m.session(session).state()).isEqualTo(SessionView.State.EXPIRED);
  }

  @Test
  void t4_aDueLeaseCanBeRenewedUntilItExpires() {
    long session = m.open(1_000);
    Result renewed = m.at(50 * SECOND).apply(Log.renew(session));
    assertThat(renewed.getRenewed().getTtlMillisList()).containsExactly(1_000L);
    m.clock(51 * SECOND - 1);
    assertThat(m.session(session).state()).isEqualTo(SessionView.State.LIVE);
    assertThat(m.machine.nextDueNanos()).isEqualTo(51 * SECOND);
  }

  @Test
  void t5_aRenewalAddsNoRevisionAndSaysZeroForWhatIsGone() {
    long first = m.open(1_000);
    long second = m.open(2_000);
    m.apply(Log.close(first));
    Result renewed = m.at(SECOND).apply(Log.renew(second, first, 99, second));
    assertThat(renewed.getRenewed().getTtlMillisList()).containsExactly(2_000L, 0L, 0L, 2_000L);
    assertThat(m.revision()).isEqualTo(1);
    assertThat(m.machine.nextDueNanos()).isEqualTo(3 * SECOND);
  }

  @Test
  void t4_leasesExpireByDeadlineThenId() {
    long late = m.at(2 * SECOND).open(1_000);
    long early = m.at(2 * SECOND).open(500);
    long sameAsLate = m.at(2 * SECOND).open(1_000);
    m.apply(Log.put("late", "", late));
    m.apply(Log.put("early", "", early));
    m.apply(Log.put("same", "", sameAsLate));
    m.clock(60 * SECOND);
    assertThat(m.revision()).isEqualTo(7);
    assertThat(m.get("early", 5)).isNull();
    assertThat(m.get("late", 5)).isNotNull();
    assertThat(m.get("late", 6)).isNull();
    assertThat(m.get("same", 6)).isNotNull();
    assertThat(m.get("same", 7)).isNull();
  }

  @Test
  void a5_anExpiredLeaseAddsOneRevisionIfItHasKeys() {
    long with = m.open(1_000);
    m.open(1_000);
    m.apply(Log.put("b", "", with));
    m.apply(Log.put("a", "", with));
    m.apply(Log.put("c", ""));
    m.clock(SECOND);
    assertThat(m.revision()).isEqualTo(5);
    assertThat(m.get("a")).isNull();
    assertThat(m.get("b")).isNull();
    assertThat(m.get("c")).isNotNull();
    assertThat(m.get("a", 4)).isEqualTo(kv("a", "", 3, 3, 1, with));
  }

  @Test
  void t4_oneClockEntryExpiresOneLeaseAtLeastAndFurtherOnesUpToAThousandKeys() throws Exception {
    long[] sessions = new long[5];
    int[] keys = {1_200, 400, 400, 300, 0};
    for (int i = 0; i < sessions.length; i++) {
      sessions[i] = m.at(i).open(1_000);
      List<Entry> puts = new ArrayList<>();
      for (int k = 0; k < keys[i]; k++) {
        puts.add(m.log.command(Log.put(i + "/" + k, "", sessions[i])));
      }
      m.machine.apply(puts);
    }
    m.clock(90 * SECOND);
    assertThat(live(sessions)).containsExactly(sessions[1], sessions[2], sessions[3], sessions[4]);
    m.clock(90 * SECOND);
    assertThat(live(sessions)).as("400 + 400, but not + 300, and no lease overtakes").containsExactly(sessions[3],
        sessions[4]);
    m.clock(90 * SECOND);
    assertThat(live(sessions)).isEmpty();
    assertThat(m.machine.nextDueNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void t4_leasesWithoutKeysAreBoundedToo() throws Exception {
    List<Entry> opens = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      opens.add(m.log.command(Log.open(1_000)));
    }
    m.machine.apply(opens);
    m.clock(9 * SECOND);
    assertThat(m.machine.reads().sessionCount()).isEqualTo(1_500);
    m.clock(9 * SECOND);
    m.clock(9 * SECOND);
    assertThat(m.machine.reads().sessionCount()).isZero();
  }

  @Test
  void aPutAttachesToALeaseAndReplacesIt() {
    long first = m.open(1_000);
    long second = m.open(5_000);
    m.apply(Log.put("k", "1", first));
    m.apply(Log.put("k", "2", second));
    m.apply(Log.put("gone", "1", first));
    m.apply(Log.put("gone", "2"));
    m.apply(Log.put("again", "1", first));
    m.apply(Log.delete("again"));
    m.apply(Log.put("again", "2"));
    m.clock(SECOND);
    assertThat(m.session(first).state()).isEqualTo(SessionView.State.EXPIRED);
    assertThat(m.value("k")).isEqualTo("2");
    assertThat(m.get("k").getLease()).isEqualTo(second);
    assertThat(m.value("gone")).isEqualTo("2");
    assertThat(m.value("again")).isEqualTo("2");
    m.clock(5 * SECOND);
    assertThat(m.get("k")).isNull();
  }

  @Test
  void anIncrementKeepsTheLease() {
    long session = m.open(1_000);
    m.apply(Log.put("n", "1", session));
    m.apply(Log.incr("n", 1));
    assertThat(m.get("n")).isEqualTo(kv("n", "2", 2, 3, 2, session));
    m.clock(SECOND);
    assertThat(m.get("n")).isNull();
  }

  @Test
  void anUnknownLeaseIsNotFound() {
    assertRefused(m.apply(Log.put("k", "1", 1)), StatusCode.NOT_FOUND, "LEASE_NOT_FOUND");
    long session = m.open(1_000);
    m.apply(Log.close(session));
    assertRefused(m.apply(Log.put("k", "1", session)), StatusCode.NOT_FOUND, "LEASE_NOT_FOUND");
    assertThat(m.revision()).isEqualTo(1);
  }

  @Test
  void a1_aLeaseHoldsAtMostTenThousandKeys() throws Exception {
    long session = m.open(1_000);
    List<Entry> puts = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      puts.add(m.log.command(Log.put("k" + i, "", session)));
    }
    m.machine.apply(puts);
    assertRefused(m.apply(Log.put("more", "", session)), StatusCode.FAILED_PRECONDITION, "TOO_MANY_KEYS");
    assertThat(m.apply(Log.put("k7", "again", session)).hasPut()).isTrue();
    m.apply(Log.delete("k8"));
    assertThat(m.apply(Log.put("more", "", session)).hasPut()).isTrue();
    long revision = m.revision();
    m.clock(SECOND);
    assertThat(m.revision()).as("never split").isEqualTo(revision + 1);
    assertThat(m.get("k9999")).isNull();
  }

  @Test
  void a2_aBatchSeesKeysAndLeasesOfItsOwn() throws Exception {
    long stored = m.open(1_000);
    m.apply(Log.put("stored", "", stored));
    List<Entry> batch = new ArrayList<>();
    batch.add(m.log.command(Log.open(1_000)));
    batch.add(m.log.command(Log.put("new", "", stored + 1)));
    batch.add(m.log.command(Log.put("stored", "detached")));
    batch.add(m.log.command(Log.put("late", "", stored)));
    batch.add(m.log.clock(SECOND));
    batch.add(m.log.command(Log.put("too late", "", stored)));
    var results = m.machine.apply(batch);
    assertRefused(results.get(5), StatusCode.NOT_FOUND, "LEASE_NOT_FOUND");
    assertThat(m.value("stored")).isEqualTo("detached");
    assertThat(m.get("new")).isNull();
    assertThat(m.get("late")).isNull();
    assertThat(m.session(stored + 1).state()).isEqualTo(SessionView.State.EXPIRED);
    assertThat(KvStateMachine.open(store.copy()).toString()).isEqualTo(m.machine.toString());
  }

  @Test
  void a6_stampsNearTheEndOfTimeDoNotOverflow() {
    long session = m.at(Long.MAX_VALUE).open(Limits.TTL_MILLIS_MAX);
    m.clock(Long.MAX_VALUE - 1);
    m.apply(Log.renew(session));
    m.clock(Long.MAX_VALUE);
    assertThat(m.machine.nextDueNanos()).isEqualTo(Long.MAX_VALUE);
  }

  private List<Long> live(long... sessions) {
    List<Long> live = new ArrayList<>();
    for (long session : sessions) {
      if (m.session(session).state() == SessionView.State.LIVE) {
        live.add(session);
      }
    }
    return live;
  }
}
