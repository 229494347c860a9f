package io.balsa.storage.state;

import static io.balsa.storage.state.Log.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.Fence;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.PutRequest;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Puts, deletes and what they do to revisions (SEMANTICS of keys; A1, A2, A5). */
final class KeysTest {
  private final Machine m = new Machine();

  @Test
  void anEmptyStoreIsAtRevisionOne() {
    assertThat(m.revision()).isEqualTo(1);
  }

  @Test
  void aPutSetsTheNumbersOfAKey() {
    assertThat(m.apply(Log.put("k", "1")).getRevision()).isEqualTo(2);
    assertThat(m.apply(Log.put("other", "x")).getRevision()).isEqualTo(3);
    assertThat(m.apply(Log.put("k", "2")).getRevision()).isEqualTo(4);
    assertThat(m.get("k")).isEqualTo(kv("k", "2", 2, 4, 2, 0));
    assertThat(m.get("k", 3)).isEqualTo(kv("k", "1", 2, 2, 1, 0));
    assertThat(m.get("k", 1)).isNull();
  }

  @Test
  void aKeyStartsAgainAfterADelete() {
    m.apply(Log.put("k", "1"));
    assertThat(m.apply(Log.delete("k")).getDelete().getDeleted()).isEqualTo(1);
    assertThat(m.get("k")).isNull();
    m.apply(Log.put("k", "2"));
    assertThat(m.get("k")).isEqualTo(kv("k", "2", 4, 4, 1, 0));
    assertThat(m.get("k", 3)).isNull();
    assertThat(m.get("k", 2)).isEqualTo(kv("k", "1", 2, 2, 1, 0));
  }

  @Test
  void previousValuesComeBackWhenAskedFor() {
    PutRequest.Builder put = PutRequest.newBuilder().setKey(bytes("k")).setPrevKv(true);
    assertThat(m.apply(Log.command().setPut(put.setValue(bytes("1")))).getPut().hasPrevKv()).isFalse();
    assertThat(m.apply(Log.command().setPut(put.setValue(bytes("2")))).getPut().getPrevKv())
        .isEqualTo(kv("k", "1", 2, 2, 1, 0));
    Result deleted = m.apply(Log.command().setDelete(
        DeleteRequest.newBuilder().setPrevKv(true)
            .setRange(KeyRange.newBuilder().setStart(bytes("a")).setEnd(bytes("\0")))));
    assertThat(deleted.getDelete().getPrevKvsList()).containsExactly(kv("k", "2", 2, 3, 2, 0));
  }

  @Test
  void a5_onlyChangesOfKeysCountAsRevisions() {
    m.apply(Log.put("a", "1"));
    m.apply(Log.delete("nothing"));
    m.apply(Log.deleteRange("x", "z"));
    m.apply(Log.deleteRange("z", "a"));
    m.apply(Log.put("", "refused"));
    long session = m.open(1_000);
    m.apply(Log.renew(session));
    m.clock(1);
    m.log.add(EntryType.NOOP, Bytes.EMPTY);
    m.applyLast();
    m.apply(Log.close(session));
    assertThat(m.revision()).isEqualTo(2);
  }

  @Test
  void aRangeIsDeletedAtOneRevision() {
    for (String key : List.of("a", "b", "b\0", "c", "d")) {
      m.apply(Log.put(key, "x"));
    }
    Result result = m.apply(Log.deleteRange("b", "d"));
    assertThat(result.getDelete().getDeleted()).isEqualTo(3);
    assertThat(m.revision()).isEqualTo(7);
    assertThat(m.value("a")).isEqualTo("x");
    assertThat(m.value("b")).isNull();
    assertThat(m.value("b\0")).isNull();
    assertThat(m.value("d")).isEqualTo("x");
    assertThat(m.apply(Log.deleteRange("", "\0")).getDelete().getDeleted()).isEqualTo(2);
  }

  @Test
  void a1_limitsAreConstantsAndTheErrorNamesLimitAndSize() {
    assertRefused(m.apply(Log.put("", "x")), StatusCode.INVALID_ARGUMENT, "KEY_EMPTY");
    assertRefused(m.apply(Log.delete("")), StatusCode.INVALID_ARGUMENT, "KEY_EMPTY");
    Result key = m.apply(Log.put("k".repeat(4097), "x"));
    assertRefused(key, StatusCode.INVALID_ARGUMENT, "KEY_TOO_LARGE");
    assertThat(key.getError().getMessage()).contains("4096").contains("4097");
    Result value = m.apply(Log.command()
        .setPut(PutRequest.newBuilder().setKey(bytes("k")).setValue(ByteString.copyFrom(new byte[(1 << 20) + 1]))));
    assertRefused(value, StatusCode.INVALID_ARGUMENT, "VALUE_TOO_LARGE");
    assertThat(value.getError().getMessage()).contains("1048576").contains("1048577");
    assertRefused(m.apply(Log.deleteRange("a", "z".repeat(4098))), StatusCode.INVALID_ARGUMENT, "KEY_TOO_LARGE");
    assertThat(m.apply(Log.put("k".repeat(4096), "x")).hasPut()).isTrue();
    assertThat(m.apply(Log.deleteRange("a", "z".repeat(4097))).getDelete().getDeleted()).isEqualTo(1);
  }

  @Test
  void a1_oneCommandChangesAtMostTenThousandKeys() throws Exception {
    List<Entry> puts = new ArrayList<>();
    for (int i = 0; i < 10_001; i++) {
      puts.add(m.log.command(Log.put(String.format("k%05d", i), "")));
    }
    m.machine.apply(puts);
    long revision = m.revision();
    Result refused = m.apply(Log.deleteRange("k", "l"));
    assertRefused(refused, StatusCode.FAILED_PRECONDITION, "TOO_MANY_KEYS");
    assertThat(refused.getError().getMessage()).contains("10000");
    assertThat(m.revision()).isEqualTo(revision);
    assertThat(m.apply(Log.deleteRange("k", "k10000")).getDelete().getDeleted()).isEqualTo(10_000);
    assertThat(m.value("k10000")).isEmpty();
  }

  @Test
  void s4_aReplyThatIsTooLargeRefusesTheCommandWithNothingChanged() {
    ByteString large = ByteString.copyFrom(new byte[1 << 20]);
    m.apply(Log.command().setPut(PutRequest.newBuilder().setKey(bytes("a")).setValue(large)));
    m.apply(Log.command().setPut(PutRequest.newBuilder().setKey(bytes("b")).setValue(large)));
    Result refused = m.apply(Log.command().setDelete(
        DeleteRequest.newBuilder().setPrevKv(true)
            .setRange(KeyRange.newBuilder().setStart(bytes("a")).setEnd(bytes("c")))));
    assertRefused(refused, StatusCode.FAILED_PRECONDITION, "REPLY_TOO_LARGE");
    assertThat(m.revision()).isEqualTo(3);
    assertThat(m.get("a")).isNotNull();
    assertThat(m.get("b")).isNotNull();
  }

  @Test
  void aFenceNamesALockThatNobodyHolds() {
    m.apply(Log.put("k", "1"));
    Fence fence = Fence.newBuilder().setLock("reports").setToken(7).build();
    Result put = m.apply(
        Log.command().setPut(PutRequest.newBuilder().setKey(bytes("k")).setValue(bytes("2")).setFence(fence)));
    assertRefused(put, StatusCode.FAILED_PRECONDITION, "FENCED");
    assertThat(put.getError().getMessage()).contains("reports").contains("7");
    assertRefused(
        m.apply(Log.command()
            .setDelete(
                DeleteRequest.newBuilder().setRange(KeyRange.newBuilder().setStart(bytes("k"))).setFence(fence))),
        StatusCode.FAILED_PRECONDITION, "FENCED");
    assertThat(m.value("k")).isEqualTo("1");
    assertThat(m.revision()).isEqualTo(2);
  }

  @Test
  void a2_entriesOfABatchSeeWhatEarlierOnesDid() throws Exception {
    m.apply(Log.put("stored", "0"));
    List<Entry> batch = new ArrayList<>();
    batch.add(m.log.command(Log.put("a", "1")));
    batch.add(m.log.command(Log.incr("a", 4)));
    batch.add(m.log.command(Log.deleteRange("a", "b")));
    batch.add(m.log.command(Log.put("a", "7")));
    batch.add(m.log.command(Log.delete("stored")));
    batch.add(m.log.command(Log.deleteRange("s", "t")));
    batch.add(m.log.command(Log.incr("stored", 2)));
    var results = m.machine.apply(batch);
    assertThat(results.get(1).getIncr().getValue()).isEqualTo(5);
    assertThat(results.get(2).getDelete().getDeleted()).isEqualTo(1);
    assertThat(results.get(5).getDelete().getDeleted()).isZero();
    assertThat(m.get("a")).isEqualTo(kv("a", "7", 6, 6, 1, 0));
    assertThat(m.get("a", 4)).isEqualTo(kv("a", "5", 3, 4, 2, 0));
    assertThat(m.get("stored")).isEqualTo(kv("stored", "2", 8, 8, 1, 0));
  }

  static KeyValue kv(String key, String value, long create, long mod, long version, long lease) {
    return KeyValue.newBuilder().setKey(bytes(key)).setValue(bytes(value)).setCreateRevision(create).setModRevision(mod)
        .setVersion(version).setLease(lease).build();
  }

  static void assertRefused(Result result, StatusCode code, String reason) {
    assertThat(result.getError().getReason()).as("%s", result).isEqualTo(reason);
    assertThat(result.getError().getCode()).isEqualTo(code.number());
    assertThat(result.getError().getMessage()).isNotBlank();
  }
}
