package io.balsa.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.internal.v1.FormationResponse;
import io.balsa.proto.internal.v1.PeerFrame;
import io.balsa.proto.internal.v1.PeerGrpc;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Heartbeat;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import io.balsa.server.testing.Await;
import io.balsa.server.testing.TestCluster;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Links over loopback that follow the membership: from n1, which dials, to n2, which listens. */
class ChangingLinksTest {
  private static final long CLUSTER = 77;
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final Identity FIRST = new Identity(N1, 1);

  private final EventLoops loops = EventLoops.start("test");
  private final Contacts contacts = new Contacts(System::nanoTime);
  private final Contacts listeningContacts = new Contacts(System::nanoTime);
  private final LinkCounters counters = new LinkCounters();
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    loops.close();
  }

  private static Member n1() {
    return new Member(N1, 1, true, "127.0.0.1:1", "");
  }

  private static Member n2(long incarnation, int port) {
    return new Member(N2, incarnation, true, "127.0.0.1:" + port, "");
  }

  private static KnownMembers at(long index, Member... members) {
    return new KnownMembers(CLUSTER, index, new Configuration(List.of(members)));
  }

  private static Membership of(Identity self, KnownMembers initial) {
    return new Membership(self, initial, initial);
  }

  private PeerTransport dial(Membership membership) {
    PeerTransport transport = new PeerTransport(membership, contacts, Map.of(), loops, PeerEvents.NONE, counters);
    transport.start();
    open.add(transport);
    return transport;
  }

  private Server listen(int port, Membership membership) throws Exception {
    PeerService service = new PeerService(request -> FormationResponse.getDefaultInstance(), counters);
    service.open(membership, listeningContacts,
        (from, incarnation, message) -> received.add(from + "/" + incarnation + " " + port), NobodyJoins.INSTANCE);
    Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .bossEventLoopGroup(loops.acceptor()).workerEventLoopGroup(loops.workers()).channelType(loops.serverChannel())
        .directExecutor().addService(service).build().start();
    open.add(() -> server.shutdownNow().awaitTermination());
    return server;
  }

  @Test
  void aLinkComesWithAMemberAndGoesWithIt() throws Exception {
    int port = TestCluster.freePorts(1).getFirst();
    KnownMembers both = at(5, n1(), n2(2, port));
    listen(port, of(new Identity(N2, 2), both));
    Membership membership = of(FIRST, at(0, n1()));
    PeerTransport transport = dial(membership);
    transport.send(N2, 2, new Heartbeat(1, 0, 1));
    assertThat(counters.dropped()).isEqualTo(1);
    membership.own(both.configuration(), membership.view().committed());
    Await.until("up", () -> transport.isUp(N2));
    transport.send(N2, 2, new Heartbeat(1, 0, 1));
    Await.until("it comes, with the incarnation that the handshake proved",
        () -> received.equals(List.of("n1/1 " + port)));
    assertThat(contacts.silentNanos(N2, 2)).isZero();
    assertThat(listeningContacts.silentNanos(N1, 1)).isZero();
    membership.own(new Configuration(List.of(n1())), at(9, n1()));
    assertThat(transport.troubles()).isEmpty();
    transport.send(N2, 2, new Heartbeat(1, 0, 1));
    assertThat(counters.dropped()).isEqualTo(2);
    Await.until("given up on both sides",
        () -> contacts.silentNanos(N2, 2) > 0 && listeningContacts.silentNanos(N1, 1) > 0);
  }

  /** Moved, and then replaced by another incarnation of itself. */
  @Test
  void aLinkIsMadeAnewWhenItsPeerIsAnother() throws Exception {
    List<Integer> ports = TestCluster.freePorts(2);
    KnownMembers here = at(0, n1(), n2(2, ports.get(0)));
    KnownMembers there = at(5, n1(), n2(2, ports.get(1)));
    KnownMembers another = at(6, n1(), n2(22, ports.get(1)));
    listen(ports.get(0), of(new Identity(N2, 2), here));
    Server moved = listen(ports.get(1), of(new Identity(N2, 2), there));
    Membership membership = of(FIRST, here);
    PeerTransport transport = dial(membership);
    Await.until("up", () -> transport.isUp(N2));
    membership.own(there.configuration(), there);
    Await.until("up there", () -> {
      transport.send(N2, 2, new Heartbeat(1, 0, 1));
      return received.contains("n1/1 " + ports.get(1));
    });
    moved.shutdownNow().awaitTermination();
    listen(ports.get(1), of(new Identity(N2, 22), another));
    membership.own(another.configuration(), another);
    Await.until("up with the other", () -> contacts.silentNanos(N2, 22) == 0);
    assertThat(contacts.silentNanos(N2, 2)).isPositive();
  }

  /** n1 hears of its removal from whoever knows, on a stream that stood, and by that proof. */
  @Test
  void aStreamOfARemovedMemberIsEndedWithTheProof() throws Exception {
    int port = TestCluster.freePorts(1).getFirst();
    KnownMembers both = at(5, n1(), n2(2, port));
    Membership listening = of(new Identity(N2, 2), both);
    listen(port, listening);
    Membership membership = of(FIRST, both);
    PeerTransport transport = dial(membership);
    Await.until("up", () -> transport.isUp(N2));
    KnownMembers without = at(8, n2(2, port));
    listening.own(without.configuration(), both);
    assertThat(membership.view().isRemoved(FIRST)).as("appended only").isFalse();
    assertThat(transport.isUp(N2)).isTrue();
    listening.own(without.configuration(), without);
    Await.until("told", () -> membership.view().isRemoved(FIRST));
    assertThat(membership.view().known()).isEqualTo(without);
    received.clear();
    transport.send(N2, 2, new Heartbeat(1, 0, 1));
    Await.until("ended", () -> listeningContacts.silentNanos(N1, 1) > 0);
    assertThat(received).isEmpty();
  }

  /** The listener's log ends before the entry in which n1 came; n1 brings what it needs to know. */
  @Test
  void whoWasAddedIsAdmittedByAPeerThatLagsAndDialledBack() throws Exception {
    int port = TestCluster.freePorts(1).getFirst();
    Membership lagging = of(new Identity(N2, 2), at(0, n2(2, port)));
    listen(port, lagging);
    KnownMembers both = at(5, n1(), n2(2, port));
    PeerTransport transport = dial(of(FIRST, both));
    Await.until("up", () -> transport.isUp(N2));
    assertThat(lagging.view().known()).isEqualTo(both);
    assertThat(lagging.view().newest()).as("its log is what it is").isEqualTo(at(0, n2(2, port)).configuration());
    assertThat(lagging.view().peers(N2).keySet()).containsExactly(N1);
  }

  /** What comes behind a handshake that was turned down is for nobody, be it a better one. */
  @Test
  void whoWasTurnedDownMustDialAgain() throws Exception {
    int port = TestCluster.freePorts(1).getFirst();
    Membership listening = of(new Identity(N2, 2), at(5, n1(), n2(2, port)));
    listen(port, listening);
    ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
    open.add(channel::shutdownNow);
    List<PeerFrame> answers = new CopyOnWriteArrayList<>();
    CountDownLatch ended = new CountDownLatch(1);
    StreamObserver<PeerFrame> requests = PeerGrpc.newStub(channel).connect(new StreamObserver<>() {
      @Override
      public void onNext(PeerFrame frame) {
        answers.add(frame);
      }

      @Override
      public void onError(Throwable failure) {
        ended.countDown();
      }

      @Override
      public void onCompleted() {
        ended.countDown();
      }
    });
    for (long incarnation : new long[]{9, 1}) {
      Membership pretended = of(new Identity(N1, incarnation), at(0, n1()));
      requests.onNext(PeerFrame.newBuilder().setHandshake(Handshakes.from(pretended, N2, 2)).build());
    }
    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(answers).extracting(frame -> frame.getRefused().getReason()).containsExactly("REMOVED");
    assertThat(listeningContacts.silentNanos(N1, 1)).as("never there").isPositive();
  }
}
