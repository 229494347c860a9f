package io.balsa.storage.state;

import static io.balsa.storage.state.KeysTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.RefusedCommand;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Guard;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.storage.memory.MemoryStore;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A6: whatever an entry holds, apply gives a result and the state stays whole. */
final class TotalFunctionTest {
  private final MemoryStore store = new MemoryStore();
  private final Machine m = new Machine(store);

  @Example
  void a6_bytesThatAreNoCommandAreRefused() {
    assertRefused(apply(new byte[]{1, 2, 3}), StatusCode.INVALID_ARGUMENT, "UNREADABLE_COMMAND");
    // A length that runs over the end, an end of a group that never began.
    assertRefused(apply(new byte[]{8, 1, (byte) 0x82, 1, 100}), StatusCode.INVALID_ARGUMENT, "UNREADABLE_COMMAND");
    assertRefused(apply(new byte[]{8, 1, 12}), StatusCode.INVALID_ARGUMENT, "UNREADABLE_COMMAND");
  }

  @Example
  void a6_versionsAndKindsFromElsewhereAreRefused() {
    assertRefused(apply(new byte[0]), StatusCode.UNIMPLEMENTED, "UNKNOWN_COMMAND");
    assertRefused(m.apply(Log.put("k", "v").setVersion(0)), StatusCode.UNIMPLEMENTED, "UNKNOWN_COMMAND");
    assertRefused(m.apply(Log.put("k", "v").setVersion(2)), StatusCode.UNIMPLEMENTED, "UNKNOWN_COMMAND");
    assertRefused(m.apply(Log.put("k", "v").setVersion(-1)), StatusCode.UNIMPLEMENTED, "UNKNOWN_COMMAND");
    long session = m.open(1_000);
    // An operation of a later version, field 60, under a sequence: not consumed, for nobody here knows what it is.
    byte[] later = Log.command().setSessionId(session).setSequence(1).build().toByteString()
        .concat(ByteString.copyFrom(new byte[]{(byte) 0xe2, 3, 0})).toByteArray();
    assertRefused(apply(later), StatusCode.UNIMPLEMENTED, "UNKNOWN_COMMAND");
    assertThat(m.session(session).lastSequence()).isZero();
    assertThat(m.revision()).isEqualTo(1);
  }

  @Example
  void a6_aConfigurationThatCannotBeReadChangesNothing() throws Exception {
    Configuration configuration = new Configuration(List.of(new Member(new NodeId("n1"), 7, true, "a:1", "b:2")));
    m.log.add(EntryType.CONFIGURATION, configuration.encode());
    assertThat(m.applyLast()).isNull();
    assertThat(m.machine.reads().configuration()).isEqualTo(configuration);
    m.log.add(EntryType.CONFIGURATION, Bytes.wrap(new byte[]{1, 2, 3}));
    m.applyLast();
    assertThat(m.machine.reads().configuration()).isEqualTo(configuration);
    assertThat(KvStateMachine.open(store.copy()).reads().configuration()).isEqualTo(configuration);
    assertThat(m.machine.reads().applied().index()).isEqualTo(2);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void a6_anyBytes(@ForAll byte[] bytes) throws Exception {
    assertWhole(apply(bytes));
  }

  /** Bytes of real commands with some of them changed get much further. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  void a6_anyChangeOfARealLog(@ForAll long seed, @ForAll List<Short> changes) throws Exception {
    Log drawn = RandomLog.draw(seed, 40);
    int change = 0;
    for (Entry entry : drawn.entries) {
      byte[] bytes = entry.payload().array().clone();
      for (int i = 0; i < 2 && bytes.length > 0 && !changes.isEmpty(); i++) {
        int drawnChange = changes.get(change++ % changes.size());
        bytes[(drawnChange >>> 8 & 0xff) % bytes.length] ^= (byte) drawnChange;
      }
      m.log.at(entry.stampNanos()).add(entry.type(), Bytes.wrap(bytes));
      Result result = m.applyLast();
      assertThat(result != null).isEqualTo(entry.type() == EntryType.COMMAND);
    }
    assertThat(KvStateMachine.open(store.copy()).toString()).isEqualTo(m.machine.toString());
  }

  /** Every field of every operation may hold any number. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  void a6_anyNumbers(@ForAll long first, @ForAll long second, @ForAll long third, @ForAll byte[] bytes)
      throws Exception {
    m.at(first >>> 1).apply(Log.open(second));
    long session = m.at(first >>> 1).open(1 + (second >>> 30));
    m.apply(Log.renew(first, second, session));
    m.apply(Log.close(first));
    Command.Builder[] commands = {Log.incr("n", first), Log.put("k", "v", second), Log.delete("k"),
        Log.deleteRange("", new String(bytes, java.nio.charset.StandardCharsets.UTF_8)), Log.grant(first),
        Log.revoke(second), Log.release("l", second, third), Log.share("l", "o", (int) first),
        Log.command().setLockAcquire(LockAcquireRequest.newBuilder().setName("l").setOwner("p")
            .setModeValue((int) third).setWaitMillis(second)),
        Log.command().setLockAcquire(
            LockAcquireRequest.newBuilder().setName("m").setMode(LockMode.EXCLUSIVE).setWaitMillis(third)),
        Log.put("k", "v").setPut(PutRequest.newBuilder().setKey(Log.bytes("k")).setFence(Log.fence("l", first))),
        Log.compact(first), Log.compact(1 + (second >>> 60)),
        Log.command().setRefused(RefusedCommand.newBuilder()
            .setError(Error.newBuilder().setCode((int) third).setReason("r"))),
        Log.txn(TxnRequest.newBuilder().addGuards(unchangedSince("", "\0", first))
            .addGuards(unchangedSince("n", "", second)).addThenOps(range(first, second, (int) third))
            .addElseOps(range(second, third, (int) first)))};
    for (Command.Builder command : commands) {
      assertWhole(m.apply(command.clone().setSessionId(second).setSequence(third)));
      long next = m.session(session).lastSequence() + 1;
      assertWhole(m.apply(command.setSessionId(session).setSequence(next).setLowestAwaited(third)));
      if (m.session(session).state() == SessionView.State.LIVE) {
        assertThat(m.session(session).lastSequence()).isEqualTo(next);
      }
    }
    m.clock(third >>> 1);
    assertThat(KvStateMachine.open(store.copy()).toString()).isEqualTo(m.machine.toString());
  }

  private static Guard.Builder unchangedSince(String start, String end, long revision) {
    return Guard.newBuilder().setRange(KeyRange.newBuilder().setStart(Log.bytes(start)).setEnd(Log.bytes(end)))
        .setUnchangedSince(revision);
  }

  private static TxnOp.Builder range(long limit, long minRevision, int order) {
    return TxnOp.newBuilder().setRange(RangeRequest.newBuilder().setLimit(limit).setMinModRevision(minRevision)
        .setMaxCreateRevision(limit).setOrderValue(order).setRange(KeyRange.newBuilder().setEnd(Log.bytes("\0"))));
  }

  private Result apply(byte[] payload) {
    m.log.add(EntryType.COMMAND, Bytes.wrap(payload));
    return m.applyLast();
  }

  private static void assertWhole(Result result) throws Exception {
    assertThat(result.getKindCase()).isNotEqualTo(Result.KindCase.KIND_NOT_SET);
    assertThat(Result.parseFrom(result.toByteArray())).isEqualTo(result);
  }
}
