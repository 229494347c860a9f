package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.server.space.SpaceQuota;
import io.balsa.proto.v1.CompactRequest;
import io.balsa.proto.v1.Comparison;
import io.balsa.proto.v1.Consistency;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Fence;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.Guard;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.LeaseGrantRequest;
import io.balsa.proto.v1.LeaseListRequest;
import io.balsa.proto.v1.LeaseRevokeRequest;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockAwaitRequest;
import io.balsa.proto.v1.LockDescribeRequest;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.LockReleaseRequest;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.NumberGuard;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.SessionContext;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.proto.v1.ValueGuard;
import io.balsa.server.config.RequestLimits;
import io.balsa.storage.mvcc.KeyBounds;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is refused before it is proposed, and with which words: the limit, the number seen, and where. */
class RequestChecksTest {
  private final List<String> asked = new ArrayList<>();
  private final SpaceQuota space = new SpaceQuota(1_000);
  private final RequestChecks checks = new RequestChecks(RequestLimits.DEFAULT, 500, (caller, access, keys) -> {
    asked.add(access + " " + text(keys));
    return keys.start().equals(utf8("secret")) ? Errors.error(Reason.PERMISSION_DENIED, "not to you") : null;
  }, space);

  /** E3. */
  @Test
  void withoutSpaceWhatAddsValuesIsRefusedAndAllElseGoesOn() {
    PutRequest put = PutRequest.newBuilder().setKey(utf8("k")).build();
    IncrRequest incr = IncrRequest.newBuilder().setKey(utf8("k")).build();
    DeleteRequest delete = DeleteRequest.newBuilder().setRange(key("k")).build();
    CompactRequest compact = CompactRequest.newBuilder().setRevision(1).build();
    TxnRequest putting = TxnRequest.newBuilder().addElseOps(put("k")).build();
    TxnRequest deleting = TxnRequest.newBuilder().addThenOps(TxnOp.newBuilder().setDelete(delete)).build();
    space.leads(true);
    space.measured(999);
    assertThat(checks.check(Caller.ANONYMOUS, put)).isNull();
    space.measured(1_000);
    Error refused = checks.check(Caller.ANONYMOUS, put);
    assertThat(refused.getReason()).isEqualTo("NO_SPACE");
    assertThat(refused.getCode()).isEqualTo(8);
    assertThat(refused.getMessage()).contains("--space-quota", "balsa compact");
    assertThat(checks.check(Caller.ANONYMOUS, incr).getReason()).isEqualTo("NO_SPACE");
    assertThat(checks.check(Caller.ANONYMOUS, putting).getReason()).isEqualTo("NO_SPACE");
    assertThat(checks.check(Caller.ANONYMOUS, delete)).isNull();
    assertThat(checks.check(Caller.ANONYMOUS, compact)).isNull();
    assertThat(checks.check(Caller.ANONYMOUS, deleting)).isNull();
    assertThat(checks.check(Caller.ANONYMOUS, put.toBuilder().clearKey().build()).getReason())
        .as("what is wrong anyway").isEqualTo("KEY_EMPTY");
    space.leads(false);
    assertThat(checks.check(Caller.ANONYMOUS, put)).as("whoever leads says so").isNull();
  }

  @Test
  void aCompactionNamesARevisionAndConcernsAllKeys() {
    assertThat(checks.check(Caller.ANONYMOUS, CompactRequest.getDefaultInstance()).getReason())
        .isEqualTo("BAD_REQUEST");
    assertThat(checks.check(Caller.ANONYMOUS, CompactRequest.newBuilder().setRevision(-3).build()).getMessage())
        .contains("-3");
    asked.clear();
    assertThat(checks.check(Caller.ANONYMOUS, CompactRequest.newBuilder().setRevision(3).build())).isNull();
    assertThat(asked).containsExactly("WRITE ..");
  }

  private static String text(KeyBounds keys) {
    ByteString end = keys.end();
    return keys.start().toStringUtf8() + ".." + (end == null ? "" : end.toStringUtf8().replace('\0', '0'));
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static KeyRange key(String key) {
    return KeyRange.newBuilder().setStart(utf8(key)).build();
  }

  private static KeyRange range(String start, String end) {
    return KeyRange.newBuilder().setStart(utf8(start)).setEnd(utf8(end)).build();
  }

  private static TxnOp put(String key) {
    return TxnOp.newBuilder().setPut(PutRequest.newBuilder().setKey(utf8(key))).build();
  }

  private static TxnOp incr(String key) {
    return TxnOp.newBuilder().setIncr(IncrRequest.newBuilder().setKey(utf8(key)).setDelta(1)).build();
  }

  private static TxnOp get(String key) {
    return TxnOp.newBuilder().setGet(GetRequest.newBuilder().setKey(utf8(key))).build();
  }

  private static TxnOp delete(KeyRange range) {
    return TxnOp.newBuilder().setDelete(DeleteRequest.newBuilder().setRange(range)).build();
  }

  private static TxnOp rangeOp(RangeRequest.Builder range) {
    return TxnOp.newBuilder().setRange(range.setRange(range("a", "b"))).build();
  }

  private @Nullable Error check(TxnRequest.Builder txn) {
    return checks.check(Caller.ANONYMOUS, txn.build());
  }

  private static TxnRequest.Builder txn(TxnOp... thenOps) {
    return TxnRequest.newBuilder().addAllThenOps(List.of(thenOps));
  }

  private static TxnRequest.Builder when(Guard.Builder guard) {
    return TxnRequest.newBuilder().addGuards(guard);
  }

  private static void refused(@Nullable Error error, String reason, String... details) {
    assertThat(error).isNotNull();
    assertThat(error.getReason()).isEqualTo(reason);
    assertThat(error.getDetailsList()).extracting(d -> d.getKey() + "=" + d.getValue()).containsAll(List.of(details));
    for (String detail : details) {
      assertThat(error.getMessage()).contains(detail.substring(detail.indexOf('=') + 1));
    }
  }

  // ---- transactions

  @Test
  void guardsAndOperationsOfBothPathsAreCountedTogether() {
    TxnRequest.Builder most = TxnRequest.newBuilder();
    for (int i = 0; i < 256; i++) {
      most.addThenOps(put("t" + i)).addElseOps(put("e" + i));
    }
    assertThat(check(most)).isNull();
    most.addGuards(Guard.newBuilder().setRange(key("k")).setExists(true));
    refused(check(most), "TXN_TOO_LARGE", "limit=512", "size=513");
  }

  @Test
  void aKeyIsWrittenOnceOnEachPath() {
    assertThat(check(txn(put("a"), get("a"), incr("b"), delete(key("c"))))).isNull();
    assertThat(check(txn(put("a")).addElseOps(put("a")))).as("one path runs").isNull();
    assertThat(check(txn(delete(range("a", "c")), delete(range("b", "d")), put("e"))))
        .as("the later finds nothing there")
        .isNull();
    assertThat(check(txn(delete(range("b", "a")), put("b")))).as("an empty range").isNull();
    refused(check(txn(put("a"), put("a"))), "DUPLICATE_KEY", "op=1", "path=then");
    refused(check(txn(incr("a")).addElseOps(incr("b")).addElseOps(delete(key("b")))), "DUPLICATE_KEY", "op=1",
        "path=else");
    refused(check(txn(put("a"), delete(range("a", "b")))), "DUPLICATE_KEY", "op=1");
    refused(
        check(txn(delete(KeyRange.newBuilder().setStart(utf8("a")).setEnd(ByteString.copyFrom(new byte[1])).build()),
            put("z"))),
        "DUPLICATE_KEY", "op=1");
  }

  @Test
  void theWholeOfATransactionHasTheSizeOfARequest() {
    TxnOp half = TxnOp.newBuilder().setPut(PutRequest.newBuilder().setKey(utf8("a"))
        .setValue(ByteString.copyFrom(new byte[800_000]))).build();
    TxnOp other = half.toBuilder().setPut(half.getPut().toBuilder().setKey(utf8("b"))).build();
    assertThat(check(txn(half))).isNull();
    refused(check(txn(half, other)), "REQUEST_TOO_LARGE", "limit=1572864");
  }

  @Test
  void whatIsWrongWithAnOperationSaysWhichItIs() {
    refused(check(txn(put("a"), put(""))), "KEY_EMPTY", "op=1", "path=then");
    refused(check(txn().addElseOps(put("k".repeat(4097)))), "KEY_TOO_LARGE", "limit=4096", "size=4097", "op=0",
        "path=else");
    refused(check(txn(put("a").toBuilder().setPut(PutRequest.newBuilder().setKey(utf8("a"))
        .setValue(ByteString.copyFrom(new byte[(1 << 20) + 1]))).build())), "VALUE_TOO_LARGE", "size=1048577", "op=0");
    refused(check(txn(TxnOp.getDefaultInstance())), "BAD_REQUEST", "op=0");
    SessionContext session = SessionContext.newBuilder().setSessionId(1).setSequence(1).build();
    refused(
        check(txn(TxnOp.newBuilder().setPut(PutRequest.newBuilder().setKey(utf8("a")).setSession(session)).build())),
        "BAD_REQUEST", "op=0");
    refused(check(txn(TxnOp.newBuilder().setIncr(IncrRequest.newBuilder().setKey(utf8("a")).setSession(session))
        .build())), "BAD_REQUEST");
    refused(check(txn(TxnOp.newBuilder().setDelete(DeleteRequest.newBuilder().setRange(key("a")).setSession(session))
        .build())), "BAD_REQUEST");
  }

  @Test
  void aReadOfATransactionHasNoMomentOfItsOwn() {
    refused(check(txn(TxnOp.newBuilder().setGet(GetRequest.newBuilder().setKey(utf8("a")).setRevision(7)).build())),
        "BAD_REQUEST", "op=0");
    refused(check(txn(rangeOp(RangeRequest.newBuilder().setConsistency(
        Consistency.newBuilder().setStale(Consistency.Stale.getDefaultInstance()))))), "BAD_REQUEST");
    refused(check(txn(rangeOp(RangeRequest.newBuilder().setAfterKey(utf8("a"))))), "BAD_REQUEST");
    assertThat(check(txn(rangeOp(RangeRequest.newBuilder().setLimit(5))))).isNull();
  }

  @Test
  void aGuardSaysWhatAndHow() {
    assertThat(check(when(Guard.newBuilder().setRange(key("a")).setUnchangedSince(5)))).isNull();
    refused(check(when(Guard.newBuilder().setRange(key("a")))), "BAD_REQUEST", "guard=0");
    refused(check(when(Guard.newBuilder().setExists(true))), "KEY_EMPTY", "guard=0");
    refused(check(when(Guard.newBuilder().setRange(key("a")).setUnchangedSince(-1))), "BAD_REQUEST");
    refused(check(when(Guard.newBuilder().setRange(key("a")).setVersion(NumberGuard.getDefaultInstance()))),
        "BAD_REQUEST");
    refused(check(when(Guard.newBuilder().setRange(key("a")).setValue(
        ValueGuard.newBuilder().setComparison(Comparison.LESS)
            .setValue(ByteString.copyFrom(new byte[(1 << 20) + 1]))))),
        "VALUE_TOO_LARGE");
    assertThat(check(when(Guard.newBuilder().setLockHeld(Fence.newBuilder().setLock("l").setToken(1))))).isNull();
    refused(check(when(Guard.newBuilder().setLockHeld(Fence.getDefaultInstance()))), "LOCK_NAME_EMPTY");
    refused(check(when(Guard.newBuilder().setRange(key("a")).setLockHeld(Fence.newBuilder().setLock("l")))),
        "BAD_REQUEST");
  }

  @Test
  void theAuthorizerIsAskedForEveryRangeOfGuardsAndOfBothPaths() {
    assertThat(check(when(Guard.newBuilder().setRange(range("g", "h")).setExists(true))
        .addGuards(Guard.newBuilder().setLockHeld(Fence.newBuilder().setLock("l")))
        .addThenOps(get("r")).addThenOps(put("w")).addElseOps(rangeOp(RangeRequest.newBuilder()))
        .addElseOps(delete(KeyRange.newBuilder().setStart(utf8("d")).setEnd(ByteString.copyFrom(new byte[1])).build()))
        .addElseOps(incr("c")))).isNull();
    assertThat(asked).containsExactly("READ g..h", "READ r..r0", "WRITE w..w0", "READ a..b", "WRITE d..",
        "WRITE c..c0");
    refused(check(txn().addElseOps(put("secret"))), "PERMISSION_DENIED", "op=0", "path=else");
    refused(check(when(Guard.newBuilder().setRange(key("secret")).setExists(false))), "PERMISSION_DENIED", "guard=0");
  }

  // ---- fences and locks

  @Test
  void theNameOfALockHasALimit() {
    Fence none = Fence.getDefaultInstance();
    refused(checks.check(Caller.ANONYMOUS, PutRequest.newBuilder().setKey(utf8("a")).setFence(none).build()),
        "LOCK_NAME_EMPTY");
    refused(checks.check(Caller.ANONYMOUS, DeleteRequest.newBuilder().setRange(key("a")).setFence(none).build()),
        "LOCK_NAME_EMPTY");
    refused(check(txn().setFence(Fence.newBuilder().setLock("é".repeat(513)))), "LOCK_NAME_TOO_LARGE", "limit=1024",
        "size=1026");
    refused(checks.locks().check(LockDescribeRequest.getDefaultInstance()), "LOCK_NAME_EMPTY");
  }

  private static LockAcquireRequest.Builder acquire() {
    return LockAcquireRequest.newBuilder().setName("l").setMode(LockMode.EXCLUSIVE);
  }

  @Test
  void anAcquireHasAModeAnOwnerWithinTheLimitAndASession() {
    assertThat(checks.locks().check(5, acquire().build())).isNull();
    refused(checks.locks().check(5, acquire().setMode(LockMode.LOCK_MODE_UNSPECIFIED).build()), "BAD_REQUEST");
    refused(checks.locks().check(5, acquire().setModeValue(77).build()), "BAD_REQUEST");
    refused(checks.locks().check(5, acquire().setOwner("o".repeat(257)).build()), "LOCK_OWNER_TOO_LARGE", "limit=256",
        "size=257");
    refused(checks.locks().check(acquire().build()), "SESSION_REQUIRED");
    refused(checks.locks().check(acquire().setSession(SessionContext.newBuilder().setSessionId(5)).build()),
        "BAD_REQUEST");
    refused(checks.locks().check(5,
        acquire().setSession(SessionContext.newBuilder().setSessionId(6).setSequence(1)).build()), "BAD_REQUEST");
  }

  @Test
  void aRequestIsReleasedByItsOwnSession() {
    LockRequestId request = LockRequestId.newBuilder().setSessionId(5).setSequence(3).build();
    LockReleaseRequest release = LockReleaseRequest.newBuilder().setName("l").setRequest(request).build();
    assertThat(checks.locks().check(5, release)).isNull();
    refused(checks.locks().check(6, release), "BAD_REQUEST");
    refused(checks.locks().check(release), "SESSION_REQUIRED");
    refused(checks.locks().check(5, release.toBuilder().clearRequest().build()), "BAD_REQUEST");
    refused(checks.locks().check(6, LockAwaitRequest.newBuilder().setName("l").setRequest(request).build()),
        "BAD_REQUEST");
  }

  // ---- leases

  @Test
  void aLeaseHasATimeWithinTheSettingsBounds() {
    assertThat(checks.leases().check(LeaseGrantRequest.newBuilder().setTtlMillis(500).build())).isNull();
    refused(checks.leases().check(LeaseGrantRequest.newBuilder().setTtlMillis(499).build()), "TTL_OUT_OF_RANGE",
        "min=500", "ttl_millis=499");
    refused(checks.leases().check(LeaseGrantRequest.newBuilder().setTtlMillis(-1).build()), "TTL_OUT_OF_RANGE",
        "ttl_millis=18446744073709551615");
    refused(checks.leases().check(LeaseRevokeRequest.getDefaultInstance()), "BAD_REQUEST");
    refused(checks.leases().check(LeaseListRequest.newBuilder().setAfterId(-1).build()), "BAD_REQUEST");
  }
}
