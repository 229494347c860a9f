package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.proto.v1.WatchResponse;
import io.balsa.raft.action.Rejection;
import io.grpc.BindableService;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Watches as calls, against the real state machine (R3). */
class WatchServiceTest extends ServiceFixture {
  private static final int MANY = 1_000;

  @Override
  BindableService service() {
    return new WatchService(serving, checks, () -> loop);
  }

  private WatchClient watch(WatchRequest.Builder request, int credit) {
    WatchClient client = new WatchClient(channel, request.build(), credit);
    loop.run();
    return client;
  }

  private static WatchRequest.Builder all() {
    return WatchRequest.newBuilder().setRange(range("\0", "\0"));
  }

  private static KeyRange range(String start, String end) {
    return KeyRange.newBuilder().setStart(utf8(start)).setEnd(utf8(end)).build();
  }

  private static WatchRequest.Builder key(String key) {
    return WatchRequest.newBuilder().setRange(KeyRange.newBuilder().setStart(utf8(key)));
  }

  private static PutRequest put(String key, String value) {
    return PutRequest.newBuilder().setKey(utf8(key)).setValue(utf8(value)).build();
  }

  private static DeleteRequest delete(String start, String end) {
    return DeleteRequest.newBuilder().setRange(range(start, end)).build();
  }

  /** @return the revision after it */
  private long does(PutRequest put) throws Exception {
    long revision = consensus.apply(Commands.put(put)).getRevision();
    loop.run();
    return revision;
  }

  private long does(DeleteRequest delete) throws Exception {
    long revision = consensus.apply(Commands.delete(delete)).getRevision();
    loop.run();
    return revision;
  }

  private void seconds(int count) {
    for (int i = 0; i < count; i++) {
      consensus.nanos += 1_000_000_000L;
      loop.pass(1_000);
    }
  }

  private static String reason(WatchClient client) {
    assertThat(client.ended).isNotNull();
    try {
      return StatusProto.fromThrowable(client.ended).getDetails(0).unpack(ErrorInfo.class).getReason();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void r3_fromNowOnIsTheRevisionAfterTheQuestion() throws Exception {
    does(put("a", "1"));
    consensus.answerReadsAtOnce = false;
    WatchClient client = watch(all(), MANY);
    assertThat(client.responses).as("nothing before the read index").isEmpty();
    does(put("a", "2"));
    consensus.reads.removeFirst().ready(2);
    loop.run();
    assertThat(client.through()).as("told in the first message").isEqualTo(3);
    does(put("a", "3"));
    does(delete("a", "b"));
    assertThat(client.texts()).containsExactly("4 +a=3", "5 -a");
  }

  @Test
  void r3_fromAnyRevisionOnEachChangeComesOnceAndInOrder() throws Exception {
    does(put("a", "1"));
    does(put("b", "2"));
    consensus.apply(Commands.txn(TxnRequest.newBuilder().addThenOps(TxnOp.newBuilder().setPut(put("c", "3")))
        .addThenOps(TxnOp.newBuilder().setPut(put("a", "4"))).build()));
    WatchClient client = watch(all().setStartRevision(3), MANY);
    does(delete("a", "c"));
    assertThat(client.texts()).containsExactly("3 +b=2", "4 +c=3", "4 +a=4", "5 -a", "5 -b");
    assertThat(client.through()).isEqualTo(5);
    assertThat(client.events.get(2).getKv().getVersion()).isEqualTo(2);
    assertThat(client.events.get(2).getKv().getCreateRevision()).isEqualTo(2);
  }

  @Test
  void whatIsNotWantedDoesNotCome() throws Exception {
    WatchClient one = watch(key("b"), MANY);
    WatchClient range = watch(WatchRequest.newBuilder().setRange(range("b", "d")).setNoDeletes(true), MANY);
    WatchClient deletes = watch(all().setNoPuts(true), MANY);
    for (String name : List.of("a", "b", "c", "d", "b\0")) {
      does(put(name, "1"));
    }
    does(delete("b", "c"));
    does(delete("d", ""));
    assertThat(one.texts()).containsExactly("3 +b=1", "7 -b");
    assertThat(range.texts()).containsExactly("3 +b=1", "4 +c=1", "6 +b\0=1");
    assertThat(deletes.texts()).containsExactly("7 -b", "7 -b\0", "8 -d");
  }

  @Test
  void theVersionBeforeComesAlongIfItIsAskedFor() throws Exception {
    does(put("a", "1"));
    WatchClient back = watch(all().setPrevKv(true).setStartRevision(1), MANY);
    WatchClient now = watch(all().setPrevKv(true), MANY);
    does(put("a", "2"));
    does(delete("a", ""));
    does(put("a", "3"));
    assertThat(now.texts()).containsExactly("3 +a=2 was 1", "4 -a was 2", "5 +a=3");
    assertThat(back.texts()).containsExactly("2 +a=1", "3 +a=2 was 1", "4 -a was 2", "5 +a=3");
  }

  @Test
  void etcd20221_aRevisionThatIsStillToComeIsWaitedFor() throws Exception {
    does(put("a", "1"));
    WatchClient client = watch(all().setStartRevision(5), MANY);
    assertThat(client.through()).isEqualTo(4);
    does(put("a", "2"));
    seconds(60);
    does(put("a", "3"));
    assertThat(client.events).isEmpty();
    does(put("a", "4"));
    does(put("a", "5"));
    assertThat(client.texts()).containsExactly("5 +a=4", "6 +a=5");
  }

  @Test
  void etcd17529_aSlowWatcherHoldsNobodyUpAndMissesNothing() throws Exception {
    WatchClient slow = watch(all(), 1);
    WatchClient fast = watch(all(), MANY);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      long revision = does(put("k", "v" + i));
      expected.add(revision + " +k=v" + i);
    }
    assertThat(fast.texts()).isEqualTo(expected);
    assertThat(slow.responses).as("what its connection takes, and no more").hasSize(1);
    slow.request(1);
    loop.run();
    assertThat(slow.responses).hasSize(2);
    slow.request(MANY);
    loop.run();
    assertThat(slow.texts()).isEqualTo(expected);
  }

  @Test
  void k8s110210_aRevisionOfManyKeysComesInPiecesThatSaySo() throws Exception {
    WatchClient client = watch(all().setPrevKv(true), MANY);
    String large = "x".repeat(100_000);
    List<String> keys = IntStream.range(10, 40).mapToObj(i -> "key" + i).toList();
    for (String key : keys) {
      does(put(key, large));
    }
    client.responses.clear();
    client.events.clear();
    long revision = does(delete("key", "kez"));
    assertThat(client.responses).hasSizeGreaterThan(3);
    for (WatchResponse piece : client.responses.subList(0, client.responses.size() - 1)) {
      assertThat(piece.getMore()).isTrue();
      assertThat(piece.getRevision()).as("it is not whole").isEqualTo(revision - 1);
      assertThat(piece.getSerializedSize()).isLessThan(1 << 20);
    }
    assertThat(client.responses.getLast().getMore()).isFalse();
    assertThat(client.through()).isEqualTo(revision);
    assertThat(client.events.stream().map(event -> event.getKv().getKey().toStringUtf8())).isEqualTo(keys);
    assertThat(client.events).allMatch(event -> event.getPrevKv().getValue().equals(ByteString.copyFromUtf8(large)));
  }

  @Test
  void etcd15220_aMarkNeverOvertakesAnEvent() throws Exception {
    WatchClient slow = watch(key("a"), 1);
    WatchClient other = watch(key("other"), MANY);
    does(put("a", "1"));
    does(put("b", "1"));
    seconds(9);
    assertThat(other.responses).as("the first message, and a mark").hasSize(2);
    assertThat(other.through()).isEqualTo(3);
    assertThat(slow.responses).as("it takes nothing, so it is told nothing").hasSize(1);
    slow.request(1);
    loop.run();
    assertThat(slow.texts()).containsExactly("2 +a=1");
    slow.request(MANY);
    seconds(9);
    assertThat(slow.through()).isEqualTo(3);
    assertThat(slow.responses).hasSize(3);
  }

  /** Also one that knows a leader, and is not heard by it: it would tell nothing for ever, and its marks would keep the client. */
  @Test
  void r3_aNodeThatLearnsNothingFromALeaderEndsItsWatches() {
    WatchClient client = watch(all(), MANY);
    seconds(20);
    assertThat(client.ended).isNull();
    consensus.rejectReads = Rejection.NO_LEADER;
    seconds(4);
    assertThat(client.ended).isNull();
    seconds(2);
    assertThat(reason(client)).isEqualTo("NO_LEADER");
    assertThat(group.watches().count()).isZero();
    consensus.rejectReads = null;
    assertThat(watch(all(), MANY).ended).as("it counts from the first watch on").isNull();
    seconds(20);
    assertThat(group.watches().count()).isEqualTo(1);
    consensus.answerReadsAtOnce = false;
    seconds(6);
    assertThat(group.watches().count()).as("no answer is none either").isZero();
  }

  @Test
  void theEndOfTheNodeAndOfTheCallerEndAWatch() throws Exception {
    WatchClient client = watch(all(), MANY);
    WatchClient leaving = watch(all(), MANY);
    leaving.cancel();
    loop.run();
    assertThat(group.watches().count()).isEqualTo(1);
    group.watches().stop();
    loop.run();
    assertThat(reason(client)).isEqualTo("STOPPING");
    does(put("a", "1"));
    assertThat(client.events).isEmpty();
  }

  @Test
  void wrongRequestsAreRefused() {
    assertThat(reason(watch(WatchRequest.newBuilder(), 1))).isEqualTo("KEY_EMPTY");
    assertThat(reason(watch(all().setStartRevision(-1), 1))).isEqualTo("BAD_REQUEST");
    assertThat(reason(watch(all().setNoPuts(true).setNoDeletes(true), 1))).isEqualTo("BAD_REQUEST");
    consensus.rejectReads = Rejection.NO_LEADER;
    assertThat(reason(watch(all(), 1))).isEqualTo("NO_LEADER");
    assertThat(group.watches().count()).isZero();
  }

  @Test
  void manyOfOneRangeGetTheSameFromOneLook() throws Exception {
    List<WatchClient> clients = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      clients.add(watch(all(), MANY));
    }
    does(put("a", "1"));
    Event first = clients.getFirst().events.getFirst();
    assertThat(clients).allSatisfy(client -> assertThat(client.events).containsExactly(first));
  }
}
