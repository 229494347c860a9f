package io.balsa.server.transport;

import io.balsa.proto.internal.v1.Handshake;
import io.balsa.proto.internal.v1.PeerFrame;
import io.balsa.proto.internal.v1.PeerGrpc;
import io.balsa.proto.internal.v1.PeerMessages;
import io.balsa.proto.internal.v1.Refused;
import io.balsa.raft.log.Member;
import io.balsa.raft.message.Message;
import io.balsa.server.config.HostPort;
import io.balsa.server.identity.KnownMembers;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream on which this node sends to one peer, in one {@link Lane}: dials, proves itself, sends what is queued while the
 * connection takes it, and dials again for ever when it breaks; a lane on demand only while there is something to send.
 * {@link #send} may be called by any thread; all else happens on one event loop.
 */
final class PeerLink {
  private static final Logger log = LoggerFactory.getLogger(PeerLink.class);
  private static final int GROUP_ID = 0;
  private static final int READY_BYTES = 256 << 10;
  /** The first attempt after a break is at once: a leader that died is to be noticed within milliseconds (C4). */
  private static final long[] BACKOFF_MILLIS = {0, 2, 5, 10, 20, 50, 100, 200};
  private static final long REFUSED_BACKOFF_MILLIS = 500;
  private static final PeerFrame ALIVE = PeerFrame.newBuilder().setMessages(PeerMessages.getDefaultInstance()).build();

  private final Membership membership;
  private final Contacts contacts;
  private final Member peer;
  private final Lane lane;
  private final HostPort address;
  private final PeerDialer dialer;
  private final PeerEvents events;
  private final LinkCounters counters;
  private final EventLoop loop;
  private final PeerQueue queue;
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private volatile boolean up;
  private volatile String trouble = "not tried yet";

  // Only on the loop:
  private @Nullable Attempt attempt;
  private @Nullable Future<?> ticker;
  private @Nullable Future<?> retry;
  private int failures;
  private boolean brokeWhileUp;
  private boolean closed;
  private String lastRefusal = "";

  PeerLink(Membership membership, Contacts contacts, Member peer, Lane lane, HostPort address, PeerDialer dialer,
      PeerEvents events, LinkCounters counters) {
    this.membership = membership;
    this.contacts = contacts;
    this.peer = peer;
    this.lane = lane;
    this.queue = new PeerQueue(lane.queueBytesMax(), lane.queueMessagesMax());
    this.address = address;
    this.dialer = dialer;
    this.events = events;
    this.counters = counters;
    this.loop = dialer.loop();
  }

  void start() {
    loop.execute(() -> {
      if (closed) {
        return;
      }
      ticker = loop.scheduleWithFixedDelay(this::tick, Lane.TICK_MILLIS, Lane.TICK_MILLIS, TimeUnit.MILLISECONDS);
      if (!lane.onDemand()) {
        connect();
      }
    });
  }

  /** Never blocks; drops the message when there is no room, or no connection that always stands. Any thread. */
  void send(Message message) {
    if ((!up && !lane.onDemand()) || !queue.offer(message)) {
      counters.dropped.increment();
      return;
    }
    if (drainScheduled.compareAndSet(false, true)) {
      loop.execute(this::drain);
    }
  }

  boolean isUp() {
    return up;
  }

  /** Why it is not up, for people; empty if it is. */
  String trouble() {
    return up ? "" : trouble;
  }

  long queuedBytes() {
    return queue.bytes();
  }

  /** Ends the link; returns when its connection is given up. Not on the loop. */
  void close() {
    loop.submit(this::end).awaitUninterruptibly(Lane.TICK_MILLIS);
  }

  /** Ends the link, soon, with all that waits to be sent: its peer is a member no more, or has moved. Any thread. */
  void closeLater() {
    onLoop(this::end);
  }

  private void end() {
    closed = true;
    if (ticker != null) {
      ticker.cancel(false);
    }
    if (retry != null) {
      retry.cancel(false);
    }
    if (attempt != null) {
      attempt.channel.shutdownNow();
      attempt = null;
    }
    setUp(false);
    trouble = "closed";
    queue.clear();
  }

  private void setUp(boolean isUp) {
    if (isUp && !up) {
      contacts.opened(peer.id(), peer.incarnation());
    } else if (!isUp && up) {
      contacts.closed(peer.id(), peer.incarnation());
    }
    up = isUp;
  }

  private void connect() {
    retry = null;
    if (!closed && attempt == null && (!lane.onDemand() || queue.bytes() > 0)) {
      Attempt next = new Attempt(dialer.dial(address));
      attempt = next;
      PeerGrpc.newStub(next.channel).withOnReadyThreshold(READY_BYTES).connect(next);
    }
  }

  private void drain() {
    drainScheduled.set(false);
    Attempt now = attempt;
    if (now == null || !up) {
      if (!lane.onDemand() || closed) {
        queue.clear();
      } else if (now == null && retry == null) {
        connect();
      }
      return;
    }
    while (now == attempt && now.requests().isReady()) {
      PeerMessages frame = queue.takeFrame(GROUP_ID);
      if (frame == null) {
        return;
      }
      now.sentSinceTick = true;
      now.idleTicks = 0;
      counters.sent.add(frame.getMessagesCount());
      now.requests().onNext(PeerFrame.newBuilder().setMessages(frame).build());
    }
    // Not ready: gRPC calls drain again when it is.
  }

  private void tick() {
    Attempt now = attempt;
    if (now == null) {
      return;
    }
    if (now.silentTicks++ >= lane.silentTicksMax()) {
      // A host that vanished closes nothing; without this a link would stand, and lead nowhere, for minutes.
      now.ended(
          Status.UNAVAILABLE.withDescription("silent for " + lane.silentTicksMax() * Lane.TICK_MILLIS + " ms")
              .asRuntimeException());
      return;
    }
    if (lane.onDemand() && up && queue.bytes() == 0 && now.idleTicks++ >= lane.idleTicksMax()) {
      now.retire();
      return;
    }
    if (up && !now.sentSinceTick && now.requests().isReady()) {
      now.requests().onNext(ALIVE);
    }
    now.sentSinceTick = false;
  }

  /** One connection, from dialling to its end. */
  private final class Attempt implements ClientResponseObserver<PeerFrame, PeerFrame> {
    final ManagedChannel channel;
    private @Nullable ClientCallStreamObserver<PeerFrame> requests;
    private int silentTicks;
    private int idleTicks;
    private boolean sentSinceTick;
    private boolean refused;

    Attempt(ManagedChannel channel) {
      this.channel = channel;
    }

    ClientCallStreamObserver<PeerFrame> requests() {
      if (requests == null) {
        throw new IllegalStateException("the call has not begun");
      }
      return requests;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<PeerFrame> stream) {
      requests = stream;
      stream.setOnReadyHandler(this::ready);
    }

    private boolean helloSent;

    private void ready() {
      onLoop(() -> {
        if (attempt != this) {
          return;
        }
        if (!helloSent) {
          helloSent = true;
          requests().onNext(PeerFrame.newBuilder()
              .setHandshake(Handshakes.from(membership, peer.id(), peer.incarnation())).build());
        } else {
          drain();
        }
      });
    }

    @Override
    public void onNext(PeerFrame frame) {
      onLoop(() -> {
        if (attempt != this) {
          return;
        }
        silentTicks = 0;
        switch (frame.getKindCase()) {
          case HANDSHAKE -> met(frame.getHandshake());
          case REFUSED -> refused(frame.getRefused());
          case MESSAGES, KIND_NOT_SET -> {
          }
        }
      });
    }

    private void met(Handshake answer) {
      Refused refusal = Handshakes.refusal(membership, answer);
      if (refusal == null && !answer.getFromId().equals(peer.id().value())) {
        refusal = Refused.newBuilder().setReason(Handshakes.UNKNOWN_MEMBER)
            .setMessage("at " + address + " is " + answer.getFromId() + ", not " + peer.id()).build();
      }
      if (refusal != null) {
        refused(refusal);
        ended(Status.PERMISSION_DENIED.withDescription(refusal.getMessage()).asRuntimeException());
        return;
      }
      failures = 0;
      brokeWhileUp = false;
      lastRefusal = "";
      setUp(true);
      log.info("connected to {} at {}{}", peer.id(), address, lane.name());
      events.peerUp(peer.id());
      drain();
      membership.learn(Handshakes.brought(answer)); // which may be the end of this link
    }

    private void refused(Refused refusal) {
      refused = true;
      trouble = refusal.getReason() + ": " + refusal.getMessage();
      if (!trouble.equals(lastRefusal)) {
        lastRefusal = trouble;
        events.peerRefuses(peer.id(), refusal.getReason(), refusal.getMessage());
      }
      KnownMembers evidence = Handshakes.evidence(membership.clusterId(), refusal);
      if (evidence != null) {
        membership.learn(evidence); // whether it is the end of this node, it says itself
      }
    }

    @Override
    public void onError(Throwable failure) {
      onLoop(() -> ended(failure));
    }

    @Override
    public void onCompleted() {
      onLoop(() -> ended(Status.UNAVAILABLE.withDescription("the peer ended the stream").asRuntimeException()));
    }

    /** Nothing was to be sent for a while: no failure, and nothing is to be tried again. */
    private void retire() {
      log.info("gave up the idle connection to {} at {}{}", peer.id(), address, lane.name());
      channel.shutdownNow();
      attempt = null;
      setUp(false);
    }

    private void ended(Throwable failure) {
      channel.shutdownNow();
      if (attempt != this) {
        return;
      }
      attempt = null;
      queue.clear();
      if (up) {
        setUp(false);
        brokeWhileUp = true;
        log.info("lost the connection to {} at {}{}: {}", peer.id(), address, lane.name(),
            ConnectFailures.describe(failure));
      } else if (brokeWhileUp && ConnectFailures.isRefusedByHost(failure)) {
        brokeWhileUp = false; // told once until it is up again
        events.peerDown(peer.id());
      }
      if (!refused) {
        trouble = ConnectFailures.describe(failure);
      }
      if (!closed) {
        long delay = refused ? REFUSED_BACKOFF_MILLIS : BACKOFF_MILLIS[Math.min(failures, BACKOFF_MILLIS.length - 1)];
        failures++;
        retry = loop.schedule(PeerLink.this::connect, delay, TimeUnit.MILLISECONDS);
      }
    }
  }

  private void onLoop(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else if (!loop.isShuttingDown()) {
      loop.execute(task);
    }
  }
}
