package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.StreamHello;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.StreamRequests;
import io.balsa.server.config.RequestLimits;
import io.balsa.server.space.SpaceQuota;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** A session on a state machine, and a stream of it, driven by hand. */
abstract class SessionStreamFixture {
  static final long CLUSTER = 42;
  static final long TTL_MILLIS = 10_000;

  final ManualLoop loop = new ManualLoop();
  final SpaceQuota space = new SpaceQuota(1_000);
  FakeConsensus consensus;
  SessionStreams streams;
  Group group;
  long session;
  FakeWire wire;
  SessionStream stream;

  @BeforeEach
  void openSession() throws Exception {
    consensus = new FakeConsensus();
    streams = new SessionStreams(new ProposalBudget(1_000_000, 1L << 40));
    group = newGroup(streams);
    session = consensus.apply(Commands.openSession(TTL_MILLIS)).getOpenedSession().getSessionId();
    connect();
  }

  Group newGroup(SessionStreams over) {
    return new Group(CLUSTER, 0, FakeConsensus.SELF, consensus, consensus.state(), consensus.fresh, loop, loop,
        new RenewalCollector(FakeConsensus.SELF, over::acknowledged), over, consensus.watches(loop));
  }

  void connect() {
    wire = new FakeWire();
    stream = new SessionStream(group,
        new RequestChecks(RequestLimits.DEFAULT, 500, Authorizer.ALLOW_ALL, space),
        Caller.ANONYMOUS,
        wire,
        loop);
    stream.start();
  }

  void hello() {
    hello(0);
  }

  void hello(long streamNumber) {
    send(ClientFrame.newBuilder().setHello(StreamHello.newBuilder().setSessionId(session).setClusterId(CLUSTER)
        .setStreamNumber(streamNumber)).build());
  }

  void send(ClientFrame frame) {
    assertThat(wire.asked).as("frames that the stream is willing to read").isEqualTo(1);
    wire.asked = 0;
    stream.onFrame(frame);
    loop.run();
  }

  void send(long lowestAwaited, List<StreamRequest> requests) {
    send(ClientFrame.newBuilder()
        .setRequests(StreamRequests.newBuilder().setLowestAwaited(lowestAwaited).addAllRequests(requests)).build());
  }

  void send(StreamRequest... requests) {
    send(0, List.of(requests));
  }

  void applyAll() throws Exception {
    consensus.applyAll();
    loop.run();
  }

  static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }

  static StreamRequest incr(long sequence) {
    return StreamRequest.newBuilder().setSequence(sequence)
        .setIncr(IncrRequest.newBuilder().setKey(utf8("n")).setDelta(1))
        .build();
  }

  static StreamRequest put(long sequence, int bytes, boolean prevKv) {
    return StreamRequest.newBuilder().setSequence(sequence).setPut(PutRequest.newBuilder().setKey(utf8("k"))
        .setValue(ByteString.copyFrom(new byte[bytes])).setPrevKv(prevKv)).build();
  }

  static StreamRequest get(long readId, long after) {
    return StreamRequest.newBuilder().setReadId(readId).setAfter(after)
        .setGet(GetRequest.newBuilder().setKey(utf8("n")))
        .build();
  }

  static List<StreamRequest> incrs(long from, long to) {
    List<StreamRequest> requests = new ArrayList<>();
    for (long sequence = from; sequence <= to; sequence++) {
      requests.add(incr(sequence));
    }
    return requests;
  }
}
