package io.balsa.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.internal.v1.FormationResponse;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.Message;
import io.balsa.server.config.HostPort;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import io.balsa.server.testing.Await;
import io.balsa.server.testing.TestCluster;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Links over loopback: from n1, which dials, to n2, which listens. */
class PeerTransportTest {
  private static final long CLUSTER = 77;
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");

  private final EventLoops loops = EventLoops.start("test");
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<Message> received = new ConcurrentLinkedQueue<>();
  private final LinkCounters counters = new LinkCounters();
  private final Contacts contacts = new Contacts(System::nanoTime);
  private final List<AutoCloseable> open = new ArrayList<>();
  private int port;

  private final PeerEvents recorder = new PeerEvents() {
    @Override
    public void peerUp(NodeId peer) {
      events.add("up " + peer);
    }

    @Override
    public void peerDown(NodeId peer) {
      events.add("down " + peer);
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
    for (AutoCloseable each : open) {
      each.close();
    }
    loops.close();
  }

  private Membership membership(long cluster, NodeId self, long incarnationOfN1, long incarnationOfN2) {
    Configuration members = new Configuration(List.of(new Member(N1, incarnationOfN1, true, "127.0.0.1:1", ""),
        new Member(N2, incarnationOfN2, true, "127.0.0.1:" + port, "")));
    KnownMembers known = new KnownMembers(cluster, 0, members);
    return new Membership(new Identity(self, self.equals(N1) ? incarnationOfN1 : incarnationOfN2), known, known);
  }

  private PeerTransport dial() {
    return dial(membership(CLUSTER, N1, 1, 2), Map.of());
  }

  private PeerTransport dial(Membership membership, Map<NodeId, HostPort> routes) {
    PeerTransport transport = new PeerTransport(membership, contacts, new TreeMap<>(routes), loops, recorder,
        counters);
    transport.start();
    open.add(transport);
    return transport;
  }

  private PeerService service() {
    return new PeerService(request -> FormationResponse.getDefaultInstance(), counters);
  }

  private Server listen(PeerService service) throws Exception {
    Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .bossEventLoopGroup(loops.acceptor())
        .workerEventLoopGroup(loops.workers()).channelType(loops.serverChannel()).directExecutor().addService(service)
        .build().start();
    open.add(server::shutdownNow);
    return server;
  }

  private Server listenAs(Membership membership) throws Exception {
    PeerService service = service();
    service.open(membership, contacts, (from, incarnation, message) -> received.add(message), NobodyJoins.INSTANCE);
    return listen(service);
  }

  /** I1: it is meant for one that is gone, or not known here yet, and says nothing to its namesake. */
  @Test
  void whatIsMeantForAnotherIncarnationIsNotSent() throws Exception {
    PeerTransport transport = dial();
    listenAs(membership(CLUSTER, N2, 1, 2));
    Await.until("up", () -> events.contains("up n2"));
    transport.send(N2, 3, new Heartbeat(1, 0, 1));
    transport.send(N2, 2, new Heartbeat(1, 0, 2));
    Await.until("the other arrives", () -> !received.isEmpty());
    assertThat(counters.dropped()).isEqualTo(1);
    assertThat(received).containsExactly(new Heartbeat(1, 0, 2));
  }

  @Test
  void messagesArriveInOrderOnceThePeerIsThere() throws Exception {
    PeerTransport transport = dial();
    transport.send(N2, 2, new Heartbeat(1, 0, 0));
    assertThat(counters.dropped()).as("nothing waits for a peer that is not connected").isEqualTo(1);
    listenAs(membership(CLUSTER, N2, 1, 2));
    Await.until("up", () -> events.contains("up n2"));
    for (int round = 1; round <= 1000; round++) {
      transport.send(N2, 2, new Heartbeat(1, 0, round));
    }
    Await.until("all arrive", () -> received.size() == 1000);
    long expected = 1;
    for (Message message : received) {
      assertThat(((Heartbeat) message).round()).isEqualTo(expected++);
    }
    assertThat(transport.troubles().get(N2)).isEmpty();
  }

  /** C4: evidence is a broken connection and then a refused one, once; and it is up again after a handshake. */
  @Test
  void aPeerThatDiedIsDownAndComesBack() throws Exception {
    Server server = listenAs(membership(CLUSTER, N2, 1, 2));
    PeerTransport transport = dial();
    Await.until("up", () -> events.contains("up n2"));
    server.shutdownNow().awaitTermination();
    Await.until("down", () -> events.contains("down n2"));
    Await.until("it is tried again", () -> transport.troubles().get(N2).contains("connection refused"));
    listenAs(membership(CLUSTER, N2, 1, 2));
    Await.until("up again", () -> events.size() == 3);
    assertThat(events).containsExactly("up n2", "down n2", "up n2");
  }

  /** C4: a host that never answered, or a process that accepts and hangs up, has not been seen to die. */
  @Test
  void neverConnectedIsNoEvidence() throws Exception {
    PeerTransport transport = dial();
    Await.until("refused", () -> transport.troubles().get(N2).contains("connection refused"));
    assertThat(events).isEmpty();
  }

  /** C4: a proxy that accepts for a dead process hides the evidence. */
  @Test
  void aBrokenConnectionThatIsAcceptedAgainIsNoEvidence() throws Exception {
    Server server = listenAs(membership(CLUSTER, N2, 1, 2));
    PeerTransport transport = dial();
    Await.until("up", () -> events.contains("up n2"));
    int proxyPort = TestCluster.freePorts(1).getFirst();
    try (ServerSocket proxy = new ServerSocket(proxyPort, 10, InetAddress.getLoopbackAddress())) {
      // The link to the proxy: up through it once, then the peer behind it dies.
      transport.close();
      PeerTransport through = dial(membership(CLUSTER, N1, 1, 2), Map.of(N2, new HostPort("127.0.0.1", proxyPort)));
      Thread forwarder = Thread.ofPlatform().daemon().start(() -> Forwarder.run(proxy, port));
      Await.until("up through the proxy", () -> through.troubles().get(N2).isEmpty());
      events.clear();
      server.shutdownNow().awaitTermination();
      Await.until("broken", () -> !through.troubles().get(N2).isEmpty());
      Await.until("tried again and again", () -> Forwarder.accepted.get() > 5);
      assertThat(events).doesNotContain("down n2");
      assertThat(forwarder.isAlive()).isTrue();
    }
  }

  @Test
  void aPeerOfAnotherClusterIsTurnedDown() throws Exception {
    listenAs(membership(CLUSTER + 1, N2, 1, 2));
    PeerTransport transport = dial();
    Await.until("refused", () -> events.contains("refuses WRONG_CLUSTER"));
    assertThat(transport.troubles().get(N2)).contains("WRONG_CLUSTER", "data directory of another cluster");
    transport.send(N2, 2, new Heartbeat(1, 0, 1));
    assertThat(received).isEmpty();
  }

  /** I1: the dialler comes with another incarnation than the membership binds to its id. */
  @Test
  void aMemberWithAnotherIncarnationIsTurnedDown() throws Exception {
    listenAs(membership(CLUSTER, N2, 9, 2));
    PeerTransport transport = dial();
    Await.until("refused", () -> events.contains("refuses WRONG_INCARNATION"));
    assertThat(transport.troubles().get(N2)).contains("n1 is known with the data of incarnation");
  }

  /** I1, the other way round: who answers is not who was meant. */
  @Test
  void aListenerWithAnotherIncarnationIsTurnedDown() throws Exception {
    listenAs(membership(CLUSTER, N2, 1, 8));
    PeerTransport transport = dial();
    Await.until("refused", () -> events.contains("refuses WRONG_INCARNATION"));
    assertThat(transport.troubles().get(N2)).contains("start n2 with the data directory that it had");
  }

  @Test
  void aPeerThatHasNotFormedTurnsDownUntilItHas() throws Exception {
    PeerService service = service();
    listen(service);
    dial();
    Await.until("refused", () -> events.contains("refuses NOT_FORMED"));
    service.open(membership(CLUSTER, N2, 1, 2), contacts, (from, incarnation, message) -> received.add(message),
        NobodyJoins.INSTANCE);
    Await.until("up", () -> events.contains("up n2"));
    assertThat(events).as("said once").containsExactly("refuses NOT_FORMED", "up n2");
  }

  @Test
  void aRouteReplacesTheAddressOfTheMember() throws Exception {
    listenAs(membership(CLUSTER, N2, 1, 2));
    int real = port;
    port = 1; // what the member record says
    dial(membership(CLUSTER, N1, 1, 2), Map.of(N2, new HostPort("127.0.0.1", real)));
    Await.until("up", () -> events.contains("up n2"));
  }

  /** Forwards while something listens behind it; accepts and hangs up when nothing does. */
  private static final class Forwarder {
    static final AtomicInteger accepted = new AtomicInteger();

    static void run(ServerSocket proxy, int port) {
      while (!proxy.isClosed()) {
        try {
          Socket client = proxy.accept();
          accepted.incrementAndGet();
          try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
            copy(client, server);
            copy(server, client);
          } catch (IOException nobodyThere) {
            client.close();
          }
        } catch (IOException closed) {
          return;
        }
      }
    }

    private static void copy(Socket from, Socket to) {
      Thread.ofPlatform().daemon().start(() -> {
        try (from; to) {
          from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException broken) {
          // both are closed now
        }
      });
    }
  }
}
