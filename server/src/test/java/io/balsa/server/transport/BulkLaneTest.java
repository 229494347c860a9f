package io.balsa.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.internal.v1.FormationResponse;
import io.balsa.proto.internal.v1.Handshake;
import io.balsa.proto.internal.v1.PeerFrame;
import io.balsa.proto.internal.v1.PeerGrpc;
import io.balsa.proto.internal.v1.PeerMessages;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.Message;
import io.balsa.server.config.HostPort;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import io.balsa.server.testing.Await;
import io.balsa.server.testing.TestCluster;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chunks of snapshots travel on a connection of their own: from n1, which dials, to n2, which listens. */
class BulkLaneTest {
  private static final long CLUSTER = 77;
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final int CHUNK_BYTES = 256 << 10;
  private static final SnapshotMeta SNAPSHOT = new SnapshotMeta(9, new LogId(1, 5), 0, Configuration.EMPTY, 1L << 40);

  private final EventLoops loops = EventLoops.start("test");
  private final ConcurrentLinkedQueue<Message> received = new ConcurrentLinkedQueue<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final LinkCounters counters = new LinkCounters();
  private final Contacts contacts = new Contacts(System::nanoTime);
  private final List<AutoCloseable> open = new ArrayList<>();
  private int port;

  private final PeerEvents recorder = new PeerEvents() {
    @Override
    public void peerUp(NodeId peer) {
      events.add("up");
    }

    @Override
    public void peerDown(NodeId peer) {
      events.add("down");
    }

    @Override
    public void peerRefuses(NodeId peer, String reason, String message) {
      events.add("refuses " + reason);
    }
  };

  @BeforeEach
  void findPort() throws Exception {
    port = TestCluster.freePorts(1).getFirst();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    loops.close();
  }

  private Membership membership(NodeId self, long incarnationOfN1) {
    Configuration members = new Configuration(List.of(new Member(N1, incarnationOfN1, true, "127.0.0.1:1", ""),
        new Member(N2, 2, true, "127.0.0.1:" + port, "")));
    KnownMembers known = new KnownMembers(CLUSTER, 0, members);
    return new Membership(new Identity(self, self.equals(N1) ? incarnationOfN1 : 2), known, known);
  }

  private PeerTransport dial() {
    PeerTransport transport = new PeerTransport(membership(N1, 1), contacts, new TreeMap<>(), loops, recorder,
        counters);
    transport.start();
    open.add(transport);
    return transport;
  }

  private Server listen(BindableService service) throws Exception {
    Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .bossEventLoopGroup(loops.acceptor()).workerEventLoopGroup(loops.workers()).channelType(loops.serverChannel())
        .directExecutor().addService(service).build().start();
    open.add(() -> server.shutdownNow().awaitTermination());
    return server;
  }

  private Server listenAs(Membership membership) throws Exception {
    PeerService service = new PeerService(request -> FormationResponse.getDefaultInstance(), counters);
    service.open(membership, contacts, (from, incarnation, message) -> received.add(message), NobodyJoins.INSTANCE);
    return listen(service);
  }

  private static InstallSnapshot chunk(int number) {
    return new InstallSnapshot(1, SNAPSHOT, (long) number * CHUNK_BYTES, Bytes.wrap(new byte[CHUNK_BYTES]));
  }

  private long chunks() {
    return received.stream().filter(InstallSnapshot.class::isInstance).count();
  }

  @Test
  void chunksArriveInOrderOverAConnectionThatIsDialledForThem() throws Exception {
    listenAs(membership(N2, 1));
    PeerTransport transport = dial();
    Await.until("up", () -> events.contains("up"));
    for (int number = 0; number < 8; number++) {
      transport.send(N2, 2, chunk(number)); // before the lane is up: they wait for it
    }
    Await.until("all chunks", () -> chunks() == 8);
    assertThat(received).extracting(m -> ((InstallSnapshot) m).offset() / CHUNK_BYTES).containsExactly(0L, 1L, 2L, 3L,
        4L, 5L, 6L, 7L);
    assertThat(counters.dropped()).isZero();
    assertThat(events).as("the lane is no second peer").containsExactly("up");
  }

  /**
   * The rule of this lane. The peer takes the handshake of the second connection and then reads nothing of it; as much is sent
   * there as ever goes.
   */
  @Test
  void aSaturatedAndStalledBulkLaneDelaysNoHeartbeat() throws Exception {
    StalledPeer peer = new StalledPeer();
    listen(peer);
    PeerTransport transport = dial();
    Await.until("up", () -> events.contains("up"));
    transport.send(N2, 2, chunk(0));
    Await.until("the bulk lane stands", () -> peer.connections.get() == 2);
    int number = 1;
    while (counters.dropped() < 100) {
      transport.send(N2, 2, chunk(number++));
    }
    long worst = 0;
    for (int round = 1; round <= 50; round++) {
      long sent = System.nanoTime();
      transport.send(N2, 2, new Heartbeat(1, 0, round));
      for (int i = 0; i < 10; i++) {
        transport.send(N2, 2, chunk(number++));
      }
      int expected = round;
      Await.until("heartbeat " + round, () -> peer.heartbeats.get() == expected);
      worst = Math.max(worst, System.nanoTime() - sent);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    assertThat(TimeUnit.NANOSECONDS.toMillis(worst)).as("ms").isLessThan(1_000);
    assertThat(transport.queuedBulkBytes()).as("full all the time, and bounded")
        .isBetween(Lane.BULK.queueBytesMax() - 2 * CHUNK_BYTES, Lane.BULK.queueBytesMax());
    assertThat(peer.chunks.get()).as("nothing of it was read").isZero();
  }

  /** I1: the bulk lane proves itself like the other. */
  @Test
  void aChunkOfAnotherIncarnationIsNotTaken() throws Exception {
    listenAs(membership(N2, 8));
    PeerTransport transport = dial();
    Await.until("refused", () -> events.contains("refuses WRONG_INCARNATION"));
    transport.send(N2, 2, chunk(0));
    Await.until("the chunk is given up", () -> transport.queuedBulkBytes() == 0);
    assertThat(received).isEmpty();
    assertThat(events).as("said by one connection").containsExactly("refuses WRONG_INCARNATION");
  }

  @Test
  void aLaneThatBrokeIsDialledAgainForTheNextChunk() throws Exception {
    Server server = listenAs(membership(N2, 1));
    PeerTransport transport = dial();
    Await.until("up", () -> events.contains("up"));
    transport.send(N2, 2, chunk(0));
    Await.until("the first", () -> chunks() == 1);
    server.shutdownNow().awaitTermination();
    Await.until("down", () -> events.contains("down"));
    listenAs(membership(N2, 1));
    Await.until("a chunk gets through", () -> {
      transport.send(N2, 2, chunk(1));
      return chunks() > 1;
    });
    Await.until("up again", () -> events.size() == 3);
    assertThat(events).as("told by the steady link, once").containsExactly("up", "down", "up");
  }

  @Test
  void anIdleLaneIsGivenUpAndDialledAgain() throws Exception {
    listenAs(membership(N2, 1));
    Lane lane = new Lane(" of this test", 1 << 20, 8, true, 6, 1);
    Membership membership = membership(N1, 1);
    PeerLink link = new PeerLink(membership, contacts, membership.view().newest().members().get(1), lane,
        new HostPort("127.0.0.1", port), new PeerDialer(loops), PeerEvents.NONE, counters);
    link.start();
    open.add(link::close);
    assertThat(link.isUp()).isFalse();
    link.send(chunk(0));
    Await.until("it is there", () -> chunks() == 1 && link.isUp());
    Await.until("given up", () -> !link.isUp());
    link.send(chunk(1));
    Await.until("and there again", () -> chunks() == 2);
  }

  /** Takes everything of its first connection, and nothing but the handshake of the second. */
  private final class StalledPeer extends PeerGrpc.PeerImplBase {
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger heartbeats = new AtomicInteger();
    final AtomicInteger chunks = new AtomicInteger();

    @Override
    public StreamObserver<PeerFrame> connect(StreamObserver<PeerFrame> out) {
      ServerCallStreamObserver<PeerFrame> call = (ServerCallStreamObserver<PeerFrame>) out;
      boolean stalled = connections.incrementAndGet() == 2;
      call.setOnCancelHandler(() -> {
      });
      if (stalled) {
        call.disableAutoRequest();
        call.request(1);
      }
      return new StreamObserver<>() {
        @Override
        public void onNext(PeerFrame frame) {
          if (frame.hasHandshake()) {
            Handshake from = frame.getHandshake();
            call.onNext(PeerFrame.newBuilder()
                .setHandshake(Handshakes.from(membership(N2, 1), N1, from.getFromIncarnation())).build());
            return;
          }
          frame.getMessages().getMessagesList().forEach(message -> {
            heartbeats.addAndGet(message.hasHeartbeat() ? 1 : 0);
            chunks.addAndGet(message.hasInstallSnapshot() ? 1 : 0);
          });
          call.onNext(PeerFrame.newBuilder().setMessages(PeerMessages.getDefaultInstance()).build()); // it is alive
        }

        @Override
        public void onError(Throwable broken) {
          // the test ends
        }

        @Override
        public void onCompleted() {
          call.onCompleted();
        }
      };
    }
  }
}
