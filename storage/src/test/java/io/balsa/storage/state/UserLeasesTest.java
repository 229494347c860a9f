package io.balsa.storage.state;

import static io.balsa.storage.state.KeysTest.assertRefused;
import static io.balsa.storage.state.Log.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.LeaseInfo;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.raft.log.Entry;
import io.balsa.storage.memory.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;

/** Leases that are no sessions: granted, renewed, revoked, told of, expired (T4, T5, A5). */
final class UserLeasesTest {
  private MemoryStore store = new MemoryStore();
  private Machine m = new Machine(store);

  @AfterTry
  void a2_theTablesInMemoryCouldBeRebuilt() throws Exception {
    assertThat(KvStateMachine.open(store.copy()).toString()).isEqualTo(m.machine.toString());
  }

  @Example
  void aLeaseIsGrantedRenewedAndRevoked() {
    Result granted = m.at(SECOND).apply(Log.grant(2_000));
    assertThat(granted.getLeaseGrant().getTtlMillis()).isEqualTo(2_000);
    long lease = granted.getLeaseGrant().getLeaseId();
    assertThat(m.open(9_000)).as("one id space (S1)").isEqualTo(lease + 1);
    m.apply(Log.put("a", "1", lease));
    m.apply(Log.put("b", "1", lease));
    assertThat(m.at(2 * SECOND).apply(Log.renew(lease)).getRenewed().getTtlMillis(0)).isEqualTo(2_000);
    assertThat(m.revision()).as("grants and renewals add none (A5)").isEqualTo(3);
    m.clock(4 * SECOND - 1);
    assertThat(m.get("a")).isNotNull();
    Result revoked = m.apply(Log.revoke(lease));
    assertThat(revoked.getLeaseRevoke().getDeleted()).isEqualTo(2);
    assertThat(revoked.getRevision()).isEqualTo(4);
    assertThat(m.get("a")).isNull();
    assertThat(m.get("b", 3)).isNotNull();
    assertRefused(m.apply(Log.revoke(lease)), StatusCode.NOT_FOUND, "LEASE_NOT_FOUND");
    assertThat(m.apply(Log.renew(lease)).getRenewed().getTtlMillis(0)).isZero();
    for (long ttl : new long[]{0, -1, Limits.TTL_MILLIS_MAX + 1}) {
      assertRefused(m.apply(Log.grant(ttl)), StatusCode.INVALID_ARGUMENT, "TTL_OUT_OF_RANGE");
    }
  }

  @Example
  void s3_aNumberedGrantIsMadeOnce() {
    long session = m.open(9_000);
    Result granted = m.apply(Log.numbered(session, 1, Log.grant(5_000)));
    assertThat(m.apply(Log.numbered(session, 1, Log.grant(5_000)))).isEqualTo(granted);
    assertThat(m.machine.reads().leases(0, 99).items()).hasSize(2);
    Result revoked = m.apply(Log.numbered(session, 2, Log.revoke(granted.getLeaseGrant().getLeaseId())));
    assertThat(m.apply(Log.numbered(session, 2, Log.revoke(granted.getLeaseGrant().getLeaseId())))).isEqualTo(revoked);
  }

  @Example
  void aLeaseIsNoSession() {
    long lease = m.apply(Log.grant(5_000)).getLeaseGrant().getLeaseId();
    assertRefused(m.apply(Log.numbered(lease, 1, Log.put("k", "v"))), StatusCode.FAILED_PRECONDITION,
        "SESSION_EXPIRED");
    assertRefused(m.apply(Log.close(lease)), StatusCode.FAILED_PRECONDITION, "SESSION_EXPIRED");
    assertThat(m.session(lease).state()).isEqualTo(SessionView.State.EXPIRED);
    assertThat(m.machine.reads().sessionCount()).isZero();
    assertThat(m.machine.reads().leaseView(lease).getSession()).isFalse();
  }

  @Example
  void a5_fiveThousandKeysOfOneLeaseGoAtOneRevisionAndWhatElseIsDueFollows() throws Exception {
    long large = m.apply(Log.grant(1_000)).getLeaseGrant().getLeaseId();
    long small = m.at(1).apply(Log.grant(1_000)).getLeaseGrant().getLeaseId();
    long last = m.at(2).apply(Log.grant(1_000)).getLeaseGrant().getLeaseId();
    List<Entry> puts = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      puts.add(m.log.command(Log.put("large/" + i, "", large)));
    }
    puts.add(m.log.command(Log.put("small", "", small)));
    puts.add(m.log.command(Log.put("last", "", last)));
    m.machine.apply(puts);
    long revision = m.revision();
    m.clock(9 * SECOND);
    assertThat(m.revision()).as("one revision, and no other lease in that entry").isEqualTo(revision + 1);
    assertThat(m.get("large/0")).isNull();
    assertThat(m.get("large/4999")).isNull();
    assertThat(m.get("large/4999", revision)).isNotNull();
    assertThat(m.get("small")).isNotNull();
    assertThat(m.machine.nextDueNanos()).isEqualTo(SECOND + 1);
    m.clock(9 * SECOND);
    assertThat(m.revision()).isEqualTo(revision + 3);
    assertThat(m.get("small", revision + 2)).isNull();
    assertThat(m.get("last", revision + 2)).isNotNull();
    assertThat(m.get("last")).isNull();
  }

  @Example
  void a1_theKeysOfALeaseAreCountedWithinATransactionToo() throws Exception {
    long lease = m.apply(Log.grant(1_000)).getLeaseGrant().getLeaseId();
    List<Entry> puts = new ArrayList<>();
    for (int i = 0; i < 9_999; i++) {
      puts.add(m.log.command(Log.put("k" + i, "", lease)));
    }
    m.machine.apply(puts);
    Result refused = m.apply(Log.txn(TxnRequest.newBuilder().addThenOps(put("a", lease)).addThenOps(put("b", lease))));
    assertRefused(refused, StatusCode.FAILED_PRECONDITION, "TOO_MANY_KEYS");
    assertThat(m.get("a")).as("nothing was changed (A2)").isNull();
    assertThat(m.apply(Log.txn(TxnRequest.newBuilder().addThenOps(put("k7", 0)).addThenOps(put("a", lease))
        .addThenOps(put("b", lease)))).hasTxn()).isTrue();
    assertThat(m.machine.reads().leaseView(lease).getKeyCount()).isEqualTo(10_000);
  }

  private static TxnOp.Builder put(String key, long lease) {
    return TxnOp.newBuilder().setPut(PutRequest.newBuilder().setKey(Log.bytes(key)).setLease(lease));
  }

  @Example
  void leasesAreToldOfInPages() throws Exception {
    m.at(SECOND);
    long first = m.apply(Log.grant(5_000)).getLeaseGrant().getLeaseId();
    long session = m.open(7_000);
    long third = m.apply(Log.grant(9_000)).getLeaseGrant().getLeaseId();
    m.apply(Log.numbered(session, 1, Log.acquire("l", "")));
    m.apply(Log.numbered(session, 2, Log.acquire("l", "")));
    for (String key : List.of("b", "a", "a\0", "c")) {
      m.apply(Log.put(key, "", first));
    }
    m.at(3 * SECOND).apply(Log.put("other", "", third));
    StateReads reads = m.machine.reads();
    assertThat(reads.leaseView(first)).isEqualTo(LeaseInfo.newBuilder().setLeaseId(first).setTtlMillis(5_000)
        .setRemainingMillis(3_000).setKeyCount(4).build());
    assertThat(reads.leaseView(session)).isEqualTo(LeaseInfo.newBuilder().setLeaseId(session).setTtlMillis(7_000)
        .setRemainingMillis(5_000).setSession(true).setLockCount(2).build());
    assertThat(reads.leaseView(99)).isNull();
    assertThat(reads.leases(0, 2).items()).extracting(LeaseInfo::getLeaseId).containsExactly(first, session);
    assertThat(reads.leases(0, 2).more()).isTrue();
    assertThat(reads.leases(session, 2).items()).extracting(LeaseInfo::getLeaseId).containsExactly(third);
    assertThat(reads.leases(session, 2).more()).isFalse();
    assertThat(keys(reads.leaseKeys(first, ByteString.EMPTY, 2))).containsExactly("a", "a\0");
    assertThat(reads.leaseKeys(first, ByteString.EMPTY, 2).more()).isTrue();
    assertThat(keys(reads.leaseKeys(first, Log.bytes("a\0"), 2))).containsExactly("b", "c");
    assertThat(reads.leaseKeys(first, Log.bytes("a\0"), 2).more()).isFalse();
    assertThat(keys(reads.leaseKeys(session, ByteString.EMPTY, 2))).isEmpty();
    m.at(90 * SECOND).apply(Log.put("k", ""));
    assertThat(reads.leaseView(first).getRemainingMillis()).as("due, and not expired").isZero();
  }

  private static List<String> keys(Page<ByteString> page) {
    return page.items().stream().map(ByteString::toStringUtf8).toList();
  }

  /** T4 against a map of deadlines: never early, and at the first Clock entry that is not. */
  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void t4_noLeaseExpiresEarlyAndNoneOutlivesAClockEntry(@ForAll long seed) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    // An instance is shared by all tries.
    store = new MemoryStore();
    m = new Machine(store);
    TreeMap<Long, Long> deadlines = new TreeMap<>();
    TreeMap<Long, Long> ttls = new TreeMap<>();
    long now = 0;
    for (int step = 0; step < 150; step++) {
      now += random.nextInt(3) == 0 ? random.nextLong(SECOND) : 0;
      m.at(now);
      switch (random.nextInt(6)) {
        case 0 -> {
          long ttl = 1L + random.nextInt(2_500);
          long id = random.nextInt(4) == 0 ? m.open(ttl) : m.apply(Log.grant(ttl)).getLeaseGrant().getLeaseId();
          ttls.put(id, ttl);
          deadlines.put(id, now + ttl * 1_000_000);
          m.apply(Log.put("k" + id, "", id));
        }
        case 1, 2 -> {
          long id = 1L + random.nextInt(ttls.size() + 1);
          boolean alive = deadlines.containsKey(id);
          assertThat(m.apply(Log.renew(id)).getRenewed().getTtlMillis(0)).isEqualTo(alive ? ttls.get(id) : 0);
          if (alive) {
            deadlines.put(id, now + ttls.get(id) * 1_000_000);
          }
        }
        case 3 -> {
          long id = 1L + random.nextInt(ttls.size() + 1);
          assertThat(m.apply(Log.revoke(id)).hasLeaseRevoke()).isEqualTo(deadlines.remove(id) != null);
        }
        case 4 -> {
          m.clock(now);
          long at = now;
          deadlines.values().removeIf(deadline -> deadline <= at);
        }
        default -> {
          m.machine.flush();
          m = m.restarted(store);
        }
      }
      TreeSet<Long> alive = new TreeSet<>();
      m.machine.reads().leases(0, Integer.MAX_VALUE).items().forEach(lease -> alive.add(lease.getLeaseId()));
      assertThat(alive).isEqualTo(deadlines.keySet());
      for (long id : ttls.keySet()) {
        assertThat(m.get("k" + id) != null).as("key of %s", id).isEqualTo(deadlines.containsKey(id));
      }
      assertThat(m.machine.nextDueNanos())
          .isEqualTo(deadlines.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE));
    }
  }
}
