package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.LeaseGrantRequest;
import io.balsa.proto.v1.LeaseRevokeRequest;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockAwaitRequest;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.LockReleaseRequest;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.LockState;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.raft.action.Rejection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Transactions, leases and locks on a session stream: K2, S3, S4, S5. */
class SessionStreamLocksTest extends SessionStreamFixture {
  private static StreamRequest acquire(long sequence) {
    return StreamRequest.newBuilder().setSequence(sequence)
        .setLockAcquire(LockAcquireRequest.newBuilder().setName("l").setMode(LockMode.EXCLUSIVE)).build();
  }

  private static LockRequestId id(long session, long sequence) {
    return LockRequestId.newBuilder().setSessionId(session).setSequence(sequence).build();
  }

  private StreamRequest release(long sequence, long acquired) {
    return StreamRequest.newBuilder().setSequence(sequence)
        .setLockRelease(LockReleaseRequest.newBuilder().setName("l").setRequest(id(session, acquired))).build();
  }

  private StreamRequest await(long readId, long after, long acquired) {
    return StreamRequest.newBuilder().setReadId(readId).setAfter(after)
        .setLockAwait(LockAwaitRequest.newBuilder().setName("l").setRequest(id(session, acquired))).build();
  }

  /** Another session holds the lock. */
  private long otherHolds() throws Exception {
    long other = consensus.apply(Commands.openSession(2 * TTL_MILLIS)).getOpenedSession().getSessionId();
    assertThat(consensus.apply(Commands.of(other, 0, acquire(1))).getLockAcquire().getState())
        .isEqualTo(LockState.HELD);
    return other;
  }

  private void otherReleases(long other) throws Exception {
    consensus.apply(Commands.of(other, 0, StreamRequest.newBuilder().setSequence(2)
        .setLockRelease(LockReleaseRequest.newBuilder().setName("l").setRequest(id(other, 1))).build()));
    loop.run();
  }

  private StreamReply last() {
    return wire.replies().getLast();
  }

  // ---- mutations

  @Test
  void transactionsLeasesAndLocksAreNumberedLikeEveryMutation() throws Exception {
    hello();
    StreamRequest txn = StreamRequest.newBuilder().setSequence(2).setTxn(TxnRequest.newBuilder().addThenOps(
        TxnOp.newBuilder().setIncr(IncrRequest.newBuilder().setKey(utf8("n")).setDelta(5)))).build();
    StreamRequest grant = StreamRequest.newBuilder().setSequence(3)
        .setLeaseGrant(LeaseGrantRequest.newBuilder().setTtlMillis(5_000)).build();
    send(incr(1), txn, grant, acquire(4), release(5, 4));
    applyAll();
    assertThat(wire.replies()).extracting(StreamReply::getSequence).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(wire.replies().get(1).getTxn().getResponses(0).getIncr().getValue()).isEqualTo(6);
    long lease = wire.replies().get(2).getLeaseGrant().getLeaseId();
    assertThat(wire.replies().get(3).getLockAcquire().getState()).isEqualTo(LockState.HELD);
    assertThat(wire.replies().get(4).getLockRelease().getWas()).isEqualTo(LockState.HELD);
    send(StreamRequest.newBuilder().setSequence(6)
        .setLeaseRevoke(LeaseRevokeRequest.newBuilder().setLeaseId(lease)).build());
    applyAll();
    assertThat(last().hasLeaseRevoke()).isTrue();

    List<StreamReply> first = wire.replies().subList(0, 5);
    connect();
    hello();
    send(incr(1), txn, grant, acquire(4), release(5, 4));
    assertThat(consensus.proposed).as("all were applied").isEmpty();
    assertThat(wire.replies()).as("K2, S3: the stored replies").isEqualTo(first);
  }

  @Test
  void whatTheSettingsRefuseUsesUpItsNumber() throws Exception {
    hello();
    StreamRequest shortLease = StreamRequest.newBuilder().setSequence(1)
        .setLeaseGrant(LeaseGrantRequest.newBuilder().setTtlMillis(499)).build();
    StreamRequest nameless = StreamRequest.newBuilder().setSequence(2)
        .setLockAcquire(LockAcquireRequest.newBuilder().setMode(LockMode.SHARED)).build();
    TxnOp put = TxnOp.newBuilder().setPut(PutRequest.newBuilder().setKey(utf8("k"))).build();
    StreamRequest twice = StreamRequest.newBuilder().setSequence(3)
        .setTxn(TxnRequest.newBuilder().addThenOps(put).addThenOps(put)).build();
    send(shortLease, nameless, twice, incr(4));
    applyAll();
    assertThat(wire.replies()).extracting(r -> r.getError().getReason()).containsExactly("TTL_OUT_OF_RANGE",
        "LOCK_NAME_EMPTY", "DUPLICATE_KEY", "");
    assertThat(last().getIncr().getValue()).isEqualTo(1);
  }

  @Test
  void aRefusalDecidedAtApplyIsAnAnswer() throws Exception {
    hello();
    send(StreamRequest.newBuilder().setSequence(1)
        .setLeaseRevoke(LeaseRevokeRequest.newBuilder().setLeaseId(99)).build(), incr(2));
    applyAll();
    assertThat(wire.replies().getFirst().getError().getReason()).isEqualTo("LEASE_NOT_FOUND");
    assertThat(last().getIncr().getValue()).isEqualTo(1);
  }

  /** S4: what returns values is counted as large as it may become, until it is known. */
  @Test
  void transactionsThatReturnValuesAreHeldBackByTheBoundOfStoredReplies() {
    hello();
    TxnOp get = TxnOp.newBuilder().setGet(GetRequest.newBuilder().setKey(utf8("k"))).build();
    TxnOp incr = TxnOp.newBuilder().setIncr(IncrRequest.newBuilder().setKey(utf8("k"))).build();
    List<StreamRequest> reading = new ArrayList<>();
    List<StreamRequest> small = new ArrayList<>();
    for (int sequence = 1; sequence <= 20; sequence++) {
      small.add(
          StreamRequest.newBuilder().setSequence(sequence).setTxn(TxnRequest.newBuilder().addThenOps(incr)).build());
      reading.add(StreamRequest.newBuilder().setSequence(20 + sequence)
          .setTxn(TxnRequest.newBuilder().addThenOps(incr).addElseOps(get)).build());
    }
    send(0, small);
    assertThat(consensus.proposed).hasSize(20);
    assertThat(wire.asked).isEqualTo(1);
    send(0, reading);
    assertThat(consensus.proposed).as("8 MiB take five of 1.5 MiB").hasSize(25);
    assertThat(wire.asked).isZero();
  }

  /** S1: a session is a lease, and may end itself; what comes behind that is told so. */
  @Test
  void revokingTheStreamsOwnSessionEndsIt() throws Exception {
    hello();
    send(StreamRequest.newBuilder().setSequence(1)
        .setLeaseRevoke(LeaseRevokeRequest.newBuilder().setLeaseId(session)).build(), incr(2));
    applyAll();
    assertThat(wire.replies()).first().satisfies(r -> assertThat(r.hasLeaseRevoke()).isTrue());
    assertThat(wire.end().getError().getReason()).isEqualTo("SESSION_EXPIRED");
  }

  // ---- LOCK_AWAIT

  @Test
  void anAwaitIsAnsweredWhenTheTurnComes() throws Exception {
    long other = otherHolds();
    hello();
    send(acquire(1), await(7, 1, 1));
    assertThat(wire.replies()).as("S5: not before the Acquire").isEmpty();
    applyAll();
    assertThat(wire.replies()).singleElement()
        .satisfies(r -> assertThat(r.getLockAcquire().getState()).isEqualTo(LockState.WAITING));
    otherReleases(other);
    assertThat(last().getReadId()).isEqualTo(7);
    assertThat(last().getLockAwait().getState()).isEqualTo(LockState.HELD);
    assertThat(last().getLockAwait().getToken()).isEqualTo(2);
  }

  /** K2: what is committed is a fact, whoever leads. */
  @Test
  void anAwaitNeedsNoReadIndex() throws Exception {
    hello();
    send(acquire(1));
    applyAll();
    consensus.rejectReads = Rejection.OVERLOADED;
    send(await(7, 1, 1));
    assertThat(last().getLockAwait().getState()).isEqualTo(LockState.HELD);
    send(await(8, 1, 99));
    assertThat(last().getReadId()).as("it has not been applied").isEqualTo(7);
  }

  /** S5: a Release that was sent before is seen. */
  @Test
  void anAwaitSeesWhatWasSentBeforeIt() throws Exception {
    hello();
    send(acquire(1));
    applyAll();
    send(release(2, 1), await(7, 2, 1));
    assertThat(wire.replies()).hasSize(1);
    applyAll();
    assertThat(wire.replies()).filteredOn(r -> r.getReadId() == 7).singleElement()
        .satisfies(r -> assertThat(r.getLockAwait().getState()).isEqualTo(LockState.GONE));
  }

  @Test
  void awaitsTakeNothingFromThoseWhoRead() throws Exception {
    otherHolds();
    hello();
    send(acquire(1));
    applyAll();
    List<StreamRequest> many = new ArrayList<>();
    for (int i = 1; i <= 5_000; i++) {
      many.add(await(i, 1, 1));
    }
    many.add(get(9_999, 1));
    many.add(incr(2));
    send(0, many);
    assertThat(wire.asked).as("it is read on").isEqualTo(1);
    applyAll();
    assertThat(wire.replies()).extracting(StreamReply::getReadId).contains(9_999L);
    assertThat(last().getIncr().getValue()).isEqualTo(1);
  }

  /** To hold an await back would hold back the Release behind it. */
  @Test
  void tooManyAwaitsAreRefusedAndNothingIsHeldBack() throws Exception {
    otherHolds();
    hello();
    send(acquire(1));
    applyAll();
    List<StreamRequest> many = new ArrayList<>();
    for (int i = 1; i <= StreamLockAwaits.AWAITS_MAX + 1; i++) {
      many.add(await(i, 1, 1));
    }
    many.add(release(2, 1));
    send(0, many);
    assertThat(last().getReadId()).isEqualTo(StreamLockAwaits.AWAITS_MAX + 1);
    assertThat(last().getError().getReason()).isEqualTo("TOO_MANY_AWAITS");
    applyAll();
    assertThat(wire.replies().stream().filter(r -> r.getLockAwait().getState() == LockState.GONE))
        .as("and the Release ended all the others").hasSize(StreamLockAwaits.AWAITS_MAX);
    send(await(20_000, 2, 1));
    assertThat(last().getLockAwait().getState()).as("there is room again").isEqualTo(LockState.GONE);
  }

  @Test
  void anAwaitEndsWithItsStreamAndIsAskedAgainOnTheNext() throws Exception {
    long other = otherHolds();
    hello();
    send(acquire(1), await(7, 1, 1));
    applyAll();
    FakeWire older = wire;
    connect();
    hello(1);
    assertThat(older.end().getError().getReason()).isEqualTo("SUPERSEDED");
    int told = older.frames.size();
    send(await(1, 1, 1));
    otherReleases(other);
    assertThat(last().getLockAwait().getState()).isEqualTo(LockState.HELD);
    assertThat(older.frames).as("nobody is there").hasSize(told);
  }

  @Test
  void anAwaitOfAnExpiredSessionEndsTheStream() throws Exception {
    otherHolds();
    hello();
    send(acquire(1), await(7, 1, 1), await(8, 5, 1));
    applyAll();
    consensus.clock(TTL_MILLIS);
    loop.run();
    assertThat(wire.end().getError().getReason()).isEqualTo("SESSION_EXPIRED");
  }

  @Test
  void aMistakenAwaitIsAnAnswer() {
    hello();
    send(StreamRequest.newBuilder().setReadId(3).setLockAwait(
        LockAwaitRequest.newBuilder().setName("l").setRequest(id(session + 1, 1))).build());
    assertThat(last().getReadId()).isEqualTo(3);
    assertThat(last().getError().getReason()).isEqualTo("BAD_REQUEST");
    send(await(4, 0, 1).toBuilder().setSequence(1).build());
    assertThat(wire.end().getError().getReason()).isEqualTo("BAD_REQUEST");
  }
}
