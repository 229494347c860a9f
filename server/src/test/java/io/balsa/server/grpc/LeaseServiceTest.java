package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.LeaseGrantRequest;
import io.balsa.proto.v1.LeaseGrantResponse;
import io.balsa.proto.v1.LeaseGrpc;
import io.balsa.proto.v1.LeaseInfo;
import io.balsa.proto.v1.LeaseKeepAliveRequest;
import io.balsa.proto.v1.LeaseKeepAliveResponse;
import io.balsa.proto.v1.LeaseListRequest;
import io.balsa.proto.v1.LeaseListResponse;
import io.balsa.proto.v1.LeaseRevokeRequest;
import io.balsa.proto.v1.LeaseTimeToLiveRequest;
import io.balsa.proto.v1.LeaseTimeToLiveResponse;
import io.balsa.proto.v1.PutRequest;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.node.PendingProposal;
import io.balsa.server.testing.Recorder;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Leases as unary calls and their KeepAlives, against the real state machine. */
class LeaseServiceTest extends ServiceFixture {
  @Override
  BindableService service() {
    return new LeaseService(serving, checks, () -> loop);
  }

  private LeaseGrpc.LeaseFutureStub leases() {
    return LeaseGrpc.newFutureStub(channel);
  }

  private static LeaseGrantRequest ttl(long ttlMillis) {
    return LeaseGrantRequest.newBuilder().setTtlMillis(ttlMillis).build();
  }

  private long grant(long ttlMillis) throws Exception {
    return answer(leases().grant(ttl(ttlMillis))).getLeaseId();
  }

  private void put(String key, long lease) throws Exception {
    consensus.apply(Commands.put(PutRequest.newBuilder().setKey(utf8(key)).setLease(lease).build()));
  }

  private ListenableFuture<LeaseTimeToLiveResponse> timeToLive(long lease) {
    return begin(leases().timeToLive(LeaseTimeToLiveRequest.newBuilder().setLeaseId(lease).build()));
  }

  @Test
  void aLeaseIsGrantedRunsAndEndsOnTheClustersClock() throws Exception {
    LeaseGrantResponse granted = answer(leases().grant(ttl(10_000)));
    assertThat(granted.getTtlMillis()).isEqualTo(10_000);
    assertThat(granted.getHeader().getRevision()).as("A5: no revision").isEqualTo(1);
    put("k", granted.getLeaseId());
    consensus.clock(4_000);
    LeaseInfo lease = timeToLive(granted.getLeaseId()).get().getLease();
    assertThat(lease.getRemainingMillis()).isEqualTo(6_000);
    assertThat(lease.getKeyCount()).isEqualTo(1);
    assertThat(lease.getSession()).isFalse();
    consensus.clock(6_000);
    assertThat(refused(timeToLive(granted.getLeaseId()))).isEqualTo("LEASE_NOT_FOUND");
    assertThat(consensus.state().get(utf8("k").toByteArray(), 0).kv()).isNull();
  }

  @Test
  void aGrantWithASessionIsAppliedOnce() throws Exception {
    long session = openSession(10_000);
    LeaseGrantRequest numbered = ttl(5_000).toBuilder().setSession(numbered(session, 1)).build();
    long lease = answer(leases().grant(numbered)).getLeaseId();
    assertThat(answer(leases().grant(numbered)).getLeaseId()).as("the stored reply").isEqualTo(lease);
    assertThat(answer(leases().grant(ttl(5_000))).getLeaseId()).as("without one: another").isNotEqualTo(lease);
  }

  @Test
  void aRevokeTakesTheKeysAndIsNotFoundTwice() throws Exception {
    long lease = grant(5_000);
    put("a", lease);
    put("b", lease);
    LeaseRevokeRequest revoke = LeaseRevokeRequest.newBuilder().setLeaseId(lease).build();
    var answer = answer(leases().revoke(revoke));
    assertThat(answer.getDeleted()).isEqualTo(2);
    assertThat(answer.getHeader().getRevision()).as("A5: one for both").isEqualTo(4);
    assertThat(refused(leases().revoke(revoke))).isEqualTo("LEASE_NOT_FOUND");
  }

  @Test
  void revokingASessionClosesIt() throws Exception {
    long session = openSession(10_000);
    answer(leases().revoke(LeaseRevokeRequest.newBuilder().setLeaseId(session).build()));
    assertThat(refused(leases().grant(ttl(5_000).toBuilder().setSession(numbered(session, 1)).build())))
        .isEqualTo("SESSION_EXPIRED");
  }

  @Test
  void tooShortATimeIsRefusedBeforeAnythingIsProposed() {
    ListenableFuture<LeaseGrantResponse> call = begin(leases().grant(ttl(499)));
    assertThat(refused(call, info -> info.getReason() + " " + info.getMetadataOrThrow("min") + " "
        + info.getMetadataOrThrow("ttl_millis"))).isEqualTo("TTL_OUT_OF_RANGE 500 499");
    assertThat(consensus.proposed).isEmpty();
  }

  @Test
  void whatIsInNoLogSaysWhoLeads() {
    consensus.rejectProposals = Rejection.NOT_LEADER;
    consensus.rejectReads = Rejection.NOT_LEADER;
    consensus.leader = FakeConsensus.OTHER;
    assertThat(refused(begin(leases().grant(ttl(5_000))), info -> info.getMetadataOrThrow("leader_address")))
        .isEqualTo("c2");
    assertThat(refused(timeToLive(1), info -> info.getReason())).isEqualTo("NOT_LEADER");
  }

  @Test
  void theKeysOfALeaseComeInPages() throws Exception {
    long lease = grant(5_000);
    for (int i = 0; i < 600; i++) {
      put("k%03d".formatted(i), lease);
    }
    List<ByteString> keys = new ArrayList<>();
    ByteString after = ByteString.EMPTY;
    LeaseTimeToLiveResponse page;
    do {
      page = begin(leases().timeToLive(LeaseTimeToLiveRequest.newBuilder().setLeaseId(lease).setKeys(true)
          .setAfterKey(after).build())).get();
      keys.addAll(page.getKeysList());
      after = keys.getLast();
    } while (page.getMore());
    assertThat(keys).hasSize(600).doesNotHaveDuplicates();
    assertThat(keys.getLast()).isEqualTo(utf8("k599"));
  }

  @Test
  void theListHoldsSessionsTooAndGoesOnBehindTheLast() throws Exception {
    long session = openSession(10_000);
    long first = grant(5_000);
    long second = grant(6_000);
    LeaseListResponse page = begin(leases().list(LeaseListRequest.newBuilder().setLimit(2).build())).get();
    assertThat(page.getLeasesList()).extracting(LeaseInfo::getLeaseId).containsExactly(session, first);
    assertThat(page.getLeasesList()).extracting(LeaseInfo::getSession).containsExactly(true, false);
    assertThat(page.getMore()).isTrue();
    LeaseListResponse rest = begin(leases().list(LeaseListRequest.newBuilder().setAfterId(first).build())).get();
    assertThat(rest.getLeasesList()).extracting(LeaseInfo::getLeaseId).containsExactly(second);
    assertThat(rest.getMore()).isFalse();
  }

  @Test
  void aTimeToLiveWaitsForItsReadIndex() throws Exception {
    long lease = grant(5_000);
    consensus.answerReadsAtOnce = false;
    ListenableFuture<LeaseTimeToLiveResponse> call = timeToLive(lease);
    assertThat(call.isDone()).isFalse();
    consensus.answerReads();
    loop.run();
    assertThat(call.get().getLease().getTtlMillis()).isEqualTo(5_000);
  }

  // ---- KeepAlives

  @Test
  void aKeepAliveIsAnsweredWhenItsRenewalIsApplied() throws Exception {
    long lease = grant(5_000);
    group.renewals().leads();
    Recorder<LeaseKeepAliveResponse> answers = new Recorder<>();
    StreamObserver<LeaseKeepAliveRequest> call = LeaseGrpc.newStub(channel).keepAlive(answers);
    call.onNext(LeaseKeepAliveRequest.newBuilder().setLeaseId(lease).setRequestId(7).build());
    call.onNext(LeaseKeepAliveRequest.newBuilder().setLeaseId(lease + 1).setRequestId(8).build());
    loop.run();
    assertThat(answers.values()).isEmpty();
    consensus.clock(3_000);
    PendingProposal<Result> renewal = group.renewals().take();
    consensus.commit(renewal);
    loop.run();
    assertThat(answers.values()).extracting(LeaseKeepAliveResponse::getRequestId).containsExactly(7L, 8L);
    assertThat(answers.values().getFirst().getTtlMillis()).isEqualTo(5_000);
    assertThat(answers.values().getLast().getError().getReason()).isEqualTo("LEASE_NOT_FOUND");
    assertThat(timeToLive(lease).get().getLease().getRemainingMillis()).isEqualTo(5_000);

    group.renewals().follows(Errors.error(Reason.NOT_LEADER, "n2 does"));
    call.onNext(LeaseKeepAliveRequest.newBuilder().setLeaseId(lease).setRequestId(9).build());
    loop.run();
    assertThat(answers.values().getLast().getError().getReason()).isEqualTo("NOT_LEADER");
    call.onCompleted();
    loop.run();
    assertThat(answers.completed()).isTrue();
  }
}
