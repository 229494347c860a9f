package io.balsa.storage.state;

import static io.balsa.storage.state.KeysTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Comparison;
import io.balsa.proto.v1.Consistency;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.Guard;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.NumberGuard;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.SessionContext;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.proto.v1.ValueGuard;
import io.balsa.raft.log.Entry;
import io.balsa.storage.memory.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Transactions, one rule at a time (A1, A2, A4, S4, K4); {@link TxnModelTest} has the rest. */
final class TxnsTest {
  private final MemoryStore store = new MemoryStore();
  private final Machine m = new Machine(store);

  @Test
  void a2_whenAnyOperationIsRefusedNothingIsChanged() throws Exception {
    long session = m.open(9_000);
    m.apply(Log.put("text", "x"));
    Result refused = m.apply(Log.numbered(session, 1,
        Log.txn(txn().addThenOps(put("a", "1")).addThenOps(incr("text")))));
    assertRefused(refused, StatusCode.FAILED_PRECONDITION, "NOT_A_NUMBER");
    assertThat(details(refused)).contains("op=1", "path=then");
    assertThat(refused.getError().getMessage()).as("people read no details").startsWith("operation 1 of then: ");
    assertThat(m.get("a")).isNull();
    assertThat(m.revision()).isEqualTo(2);
    assertThat(m.apply(Log.numbered(session, 1, Log.txn(txn())))).as("its sequence is used up (S3)").isEqualTo(refused);
    assertThat(KvStateMachine.open(store.copy()).toString()).isEqualTo(m.machine.toString());
  }

  @Test
  void a4_operationsSeeEarlierOnesAndAllIsOneRevision() {
    m.apply(Log.put("old", "1"));
    Result result = run(txn().addThenOps(put("new", "2")).addThenOps(delete("old", "")).addThenOps(get("new"))
        .addThenOps(get("old")).addThenOps(range("", "\0", 0)).addThenOps(incr("n")).addThenOps(get("n")));
    assertThat(result.getRevision()).isEqualTo(3);
    assertThat(result.getTxn().getResponses(2).getGet().getKv().getModRevision()).isEqualTo(3);
    assertThat(result.getTxn().getResponses(3).getGet().hasKv()).isFalse();
    assertThat(result.getTxn().getResponses(4).getRange().getKvsList()).hasSize(1);
    assertThat(result.getTxn().getResponses(6).getGet().getKv().getValue().toStringUtf8()).isEqualTo("1");
    assertThat(m.get("new").getModRevision()).isEqualTo(m.get("n").getModRevision()).isEqualTo(3);
  }

  @Test
  void a4_guardsAreDecidedBeforeAnyOperationAndElseRunsOtherwise() {
    Guard.Builder absent = guard("k", "").setExists(false);
    TxnRequest.Builder txn = TxnRequest.newBuilder().addGuards(absent).addThenOps(put("k", "1")).addElseOps(get("k"));
    assertThat(run(txn).getTxn().getSucceeded()).isTrue();
    Result other = run(txn);
    assertThat(other.getTxn().getSucceeded()).isFalse();
    assertThat(other.getTxn().getResponses(0).getGet().getKv().getValue().toStringUtf8()).isEqualTo("1");
    assertThat(m.revision()).as("reads add no revision (A5)").isEqualTo(2);
  }

  @Test
  void aMissingKeyHasNumbersOfZeroAndAValueThatEqualsNothing() {
    m.apply(Log.put("gone", "1"));
    m.apply(Log.delete("gone"));
    for (String key : List.of("never", "gone")) {
      for (Comparison comparison : List.of(Comparison.EQUAL, Comparison.LESS, Comparison.GREATER)) {
        assertThat(holds(guard(key, "").setValue(ValueGuard.newBuilder().setComparison(comparison)))).isFalse();
      }
      assertThat(holds(guard(key, "").setValue(ValueGuard.newBuilder().setComparison(Comparison.NOT_EQUAL)))).isTrue();
      NumberGuard.Builder zero = NumberGuard.newBuilder().setComparison(Comparison.EQUAL);
      assertThat(holds(guard(key, "").setVersion(zero))).isTrue();
      assertThat(holds(guard(key, "").setCreateRevision(zero))).isTrue();
      assertThat(holds(guard(key, "").setModRevision(zero))).isTrue();
      assertThat(holds(guard(key, "").setLease(zero))).isTrue();
    }
    assertThat(holds(guard("a", "z").setVersion(NumberGuard.newBuilder().setComparison(Comparison.GREATER))))
        .as("for each of none").isTrue();
    assertThat(holds(guard("z", "a").setExists(true))).isFalse();
    assertThat(holds(guard("z", "a").setUnchangedSince(0))).isTrue();
  }

  @Test
  void a4_unchangedSinceSeesTombstonesPhantomsAndKeysThatCameAndWent() {
    m.apply(Log.put("a", "2"));
    m.apply(Log.put("c", "3"));
    m.apply(Log.put("b", "4"));
    m.apply(Log.delete("b"));
    m.apply(Log.delete("c"));
    assertThat(holds(guard("a", "").setUnchangedSince(2))).isTrue();
    assertThat(holds(guard("a", "").setUnchangedSince(1))).isFalse();
    assertThat(holds(guard("b", "").setUnchangedSince(3))).as("came and went").isFalse();
    assertThat(holds(guard("b", "").setUnchangedSince(5))).isTrue();
    assertThat(holds(guard("b", "c").setUnchangedSince(4))).isFalse();
    assertThat(holds(guard("b", "c").setUnchangedSince(5))).isTrue();
    assertThat(holds(guard("b", "\0").setUnchangedSince(5))).as("c is gone since 6").isFalse();
    assertThat(holds(guard("b", "\0").setUnchangedSince(6))).isTrue();
    assertThat(holds(guard("a", "\0").setUnchangedSince(Long.MAX_VALUE))).isTrue();
    assertThat(holds(guard("never", "").setUnchangedSince(0))).isTrue();
    assertThat(holds(guard("never", "").setUnchangedSince(-1))).as("below the compacted revision").isFalse();
  }

  @Test
  void aKeyIsWrittenOnceOnEachPath() {
    assertDuplicate(TxnRequest.newBuilder().addThenOps(put("k", "1")).addThenOps(incr("k")), "then", 1);
    assertDuplicate(TxnRequest.newBuilder().addElseOps(delete("k", "")).addElseOps(put("k", "1")), "else", 1);
    assertDuplicate(TxnRequest.newBuilder().addThenOps(delete("a", "z")).addThenOps(put("k", "1")), "then", 0);
    assertDuplicate(TxnRequest.newBuilder().addThenOps(put("k", "1")).addThenOps(delete("k", "\0")), "then", 1);
    m.apply(Log.put("k", "1"));
    Result both = run(txn().addThenOps(delete("a", "l")).addThenOps(delete("k", "z")).addThenOps(put("z", ""))
        .addThenOps(get("k")).addElseOps(put("k", "")));
    assertThat(both.getTxn().getResponses(0).getDelete().getDeleted()).isEqualTo(1);
    assertThat(both.getTxn().getResponses(1).getDelete().getDeleted()).as("of ranges that overlap").isZero();
  }

  @Test
  void whatIsWrongWithATransactionIsSaid() {
    TxnRequest.Builder large = TxnRequest.newBuilder();
    for (int i = 0; i < 256; i++) {
      large.addGuards(guard("k" + i, "").setExists(false)).addThenOps(put("k" + i, ""));
    }
    assertThat(m.apply(Log.txn(large.clone())).hasTxn()).isTrue();
    Result refused = m.apply(Log.txn(large.addElseOps(get("k"))));
    assertRefused(refused, StatusCode.INVALID_ARGUMENT, "TXN_TOO_LARGE");
    assertThat(details(refused)).containsExactly("limit=512", "size=513");
    for (TxnOp.Builder op : List.of(TxnOp.newBuilder(), get("k", g -> g.setRevision(2)),
        get("k", g -> g.setConsistency(Consistency.getDefaultInstance())),
        TxnOp.newBuilder().setRange(RangeRequest.newBuilder().setAfterKey(Log.bytes("a"))),
        TxnOp.newBuilder().setPut(
            PutRequest.newBuilder().setKey(Log.bytes("k")).setSession(SessionContext.getDefaultInstance())))) {
      Result bad = run(txn().addElseOps(get("k")).addElseOps(op));
      assertRefused(bad, StatusCode.INVALID_ARGUMENT, "BAD_REQUEST");
      assertThat(details(bad)).containsExactly("op=1", "path=else");
    }
    for (Guard.Builder guard : List.of(guard("k", ""), guard("k", "").setVersion(NumberGuard.newBuilder()),
        guard("k", "").setLockHeld(Log.fence("l", 1)))) {
      Result bad = m.apply(Log.txn(TxnRequest.newBuilder().addGuards(guard)));
      assertRefused(bad, StatusCode.INVALID_ARGUMENT, "BAD_REQUEST");
      assertThat(details(bad)).containsExactly("guard=0");
    }
    assertRefused(run(txn().addElseOps(put("", "1"))), StatusCode.INVALID_ARGUMENT, "KEY_EMPTY");
    assertRefused(run(txn().addElseOps(get("k".repeat(4_097)))), StatusCode.INVALID_ARGUMENT, "KEY_TOO_LARGE");
  }

  @Test
  void s4_aReplyThatIsTooLargeRefusesTheWhole() {
    String value = "v".repeat(1 << 20);
    m.apply(Log.put("a", value));
    m.apply(Log.put("b", value));
    for (TxnOp.Builder read : List.of(range("", "\0", 0), get("b"))) {
      Result refused = run(txn().addThenOps(get("a")).addThenOps(read));
      assertRefused(refused, StatusCode.FAILED_PRECONDITION, "REPLY_TOO_LARGE");
      assertThat(details(refused)).contains("op=1", "path=then");
    }
    assertThat(run(txn().addThenOps(get("a"))).hasTxn()).isTrue();
    assertThat(run(txn().addThenOps(TxnOp.newBuilder().setRange(
        range("", "\0", 0).getRange().toBuilder().setKeysOnly(true)))).hasTxn()).isTrue();
  }

  @Test
  void k4_aFenceOnTheWholeIsLookedAtFirst() {
    long session = m.open(9_000);
    long token = m.apply(Log.numbered(session, 1, Log.acquire("l", ""))).getLockAcquire().getToken();
    TxnRequest.Builder fenced = TxnRequest.newBuilder().setFence(Log.fence("l", token)).addThenOps(put("k", "1"));
    assertThat(run(fenced).hasTxn()).isTrue();
    assertThat(holds(Guard.newBuilder().setLockHeld(Log.fence("l", token)))).isTrue();
    assertThat(holds(Guard.newBuilder().setLockHeld(Log.fence("l", token + 1)))).isFalse();
    m.apply(Log.numbered(session, 2, Log.release("l", session, 1)));
    m.apply(Log.numbered(session, 3, Log.acquire("l", "")));
    assertRefused(run(fenced), StatusCode.FAILED_PRECONDITION, "FENCED");
    assertRefused(run(fenced.addThenOps(TxnOp.newBuilder())), StatusCode.FAILED_PRECONDITION, "FENCED");
    Result inside = run(txn().addThenOps(put("a", "1")).addThenOps(TxnOp.newBuilder()
        .setDelete(DeleteRequest.newBuilder().setRange(KeyRange.newBuilder().setStart(Log.bytes("k")))
            .setFence(Log.fence("l", token)))));
    assertRefused(inside, StatusCode.FAILED_PRECONDITION, "FENCED");
    assertThat(details(inside)).contains("op=1");
    assertThat(m.get("a")).isNull();
    assertRefused(m.apply(Log.deleteRange("a", "z").setDelete(DeleteRequest.newBuilder()
        .setRange(KeyRange.newBuilder().setStart(Log.bytes("k"))).setFence(Log.fence("l".repeat(1 << 20), token)))),
        StatusCode.INVALID_ARGUMENT, "LOCK_NAME_TOO_LARGE");
    assertThat(m.get("k")).isNotNull();
  }

  @Test
  void aRangeOfATransactionHasALimitAnOrderAndFilters() {
    for (int i = 0; i < 5; i++) {
      m.apply(Log.put("k" + i, "v"));
    }
    Result result = run(txn().addThenOps(put("k9", "")).addThenOps(delete("k3", "")).addThenOps(
        TxnOp.newBuilder().setRange(range("k", "l", 2).getRange().toBuilder().setOrder(RangeRequest.Order.DESCENDING)))
        .addThenOps(TxnOp.newBuilder().setRange(range("k", "l", 1).getRange().toBuilder().setCountOnly(true)))
        .addThenOps(TxnOp.newBuilder().setRange(range("k", "l", 1).getRange().toBuilder().setMinModRevision(5))));
    var descending = result.getTxn().getResponses(2).getRange();
    assertThat(descending.getKvsList()).extracting(kv -> kv.getKey().toStringUtf8()).containsExactly("k9", "k4");
    assertThat(descending.getMore()).isTrue();
    assertThat(descending.getReadRevision()).isEqualTo(7);
    assertThat(result.getTxn().getResponses(3).getRange().getCount()).isEqualTo(5);
    assertThat(result.getTxn().getResponses(4).getRange().getKvs(0).getKey().toStringUtf8()).isEqualTo("k4");
  }

  @Test
  void a1_atMostTenThousandKeysAreChanged() throws Exception {
    List<Entry> puts = new ArrayList<>();
    for (int i = 0; i < 10_001; i++) {
      puts.add(m.log.command(Log.put(String.format(java.util.Locale.ROOT, "k%05d", i), "")));
    }
    m.machine.apply(puts);
    Result refused = run(txn().addThenOps(delete("k00000", "k05000")).addThenOps(delete("k05000", "l")));
    assertRefused(refused, StatusCode.FAILED_PRECONDITION, "TOO_MANY_KEYS");
    assertThat(details(refused)).contains("limit=10000", "op=1");
    assertThat(m.get("k00000")).isNotNull();
    long revision = m.revision();
    assertThat(run(txn().addThenOps(delete("k00000", "k05000")).addThenOps(delete("k05001", "l"))).hasTxn())
        .isTrue();
    assertThat(m.revision()).isEqualTo(revision + 1);
    assertThat(m.get("k05000")).isNotNull();
    assertThat(m.get("k05001")).isNull();
  }

  private void assertDuplicate(TxnRequest.Builder txn, String path, int op) {
    Result refused = run(txn);
    assertRefused(refused, StatusCode.INVALID_ARGUMENT, "DUPLICATE_KEY");
    assertThat(details(refused)).containsExactly("op=" + op, "path=" + path);
  }

  private boolean holds(Guard.Builder guard) {
    return m.apply(Log.txn(TxnRequest.newBuilder().addGuards(guard))).getTxn().getSucceeded();
  }

  private static List<String> details(Result result) {
    return result.getError().getDetailsList().stream().map((Error.Detail d) -> d.getKey() + "=" + d.getValue())
        .toList();
  }

  private static TxnRequest.Builder txn() {
    return TxnRequest.newBuilder();
  }

  private Result run(TxnRequest.Builder txn) {
    return m.apply(Log.txn(txn));
  }

  private interface Change<B> {
    void to(B builder);
  }

  private static TxnOp.Builder get(String key) {
    return get(key, g -> {
    });
  }

  private static TxnOp.Builder get(String key, Change<GetRequest.Builder> change) {
    GetRequest.Builder get = GetRequest.newBuilder().setKey(Log.bytes(key));
    change.to(get);
    return TxnOp.newBuilder().setGet(get);
  }

  private static TxnOp.Builder range(String start, String end, long limit) {
    return TxnOp.newBuilder().setRange(RangeRequest.newBuilder().setRange(keys(start, end)).setLimit(limit));
  }

  private static TxnOp.Builder put(String key, String value) {
    return TxnOp.newBuilder().setPut(PutRequest.newBuilder().setKey(Log.bytes(key)).setValue(Log.bytes(value)));
  }

  private static TxnOp.Builder delete(String start, String end) {
    return TxnOp.newBuilder().setDelete(DeleteRequest.newBuilder().setRange(keys(start, end)));
  }

  private static TxnOp.Builder incr(String key) {
    return TxnOp.newBuilder().setIncr(IncrRequest.newBuilder().setKey(Log.bytes(key)).setDelta(1));
  }

  private static Guard.Builder guard(String start, String end) {
    return Guard.newBuilder().setRange(keys(start, end));
  }

  private static KeyRange.Builder keys(String start, String end) {
    return KeyRange.newBuilder().setStart(Log.bytes(start)).setEnd(ByteString.copyFromUtf8(end));
  }
}
