package io.balsa.server.transport;

import io.balsa.proto.internal.v1.FormationRequest;
import io.balsa.proto.internal.v1.FormationResponse;
import io.balsa.proto.internal.v1.Handshake;
import io.balsa.proto.internal.v1.PeerFrame;
import io.balsa.proto.internal.v1.PeerGrpc;
import io.balsa.proto.internal.v1.PeerMessage;
import io.balsa.proto.internal.v1.PeerMessages;
import io.balsa.proto.internal.v1.Refused;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where other nodes dial in. It answers from the start of the process, so that nodes can find each other; messages of
 * consensus are taken from {@link #open} on.
 */
public final class PeerService extends PeerGrpc.PeerImplBase {
  private static final Logger log = LoggerFactory.getLogger(PeerService.class);
  private static final long ALIVE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final PeerFrame ALIVE = PeerFrame.newBuilder().setMessages(PeerMessages.getDefaultInstance()).build();

  private final Function<FormationRequest, FormationResponse> formation;
  private final LinkCounters counters;
  private volatile @Nullable Opened opened;

  private record Opened(Membership membership, PeerSink sink) {
  }

  public PeerService(Function<FormationRequest, FormationResponse> formation, LinkCounters counters) {
    this.formation = formation;
    this.counters = counters;
  }

  /** This node belongs to a cluster, and its consensus runs. */
  public void open(Membership membership, PeerSink sink) {
    opened = new Opened(membership, sink);
  }

  @Override
  public void formation(FormationRequest request, StreamObserver<FormationResponse> response) {
    response.onNext(formation.apply(request));
    response.onCompleted();
  }

  @Override
  public StreamObserver<PeerFrame> connect(StreamObserver<PeerFrame> out) {
    // Without a handler, writing to a call that the peer has left would throw.
    ((ServerCallStreamObserver<PeerFrame>) out).setOnCancelHandler(() -> {
    });
    return new Inbound(out);
  }

  /** One stream of a peer, on the event loop of its connection. */
  private final class Inbound implements StreamObserver<PeerFrame> {
    private final StreamObserver<PeerFrame> out;
    private @Nullable NodeId from;
    private long fromIncarnation;
    private @Nullable PeerSink sink;
    private long saidAliveNanos;
    private boolean ended;

    Inbound(StreamObserver<PeerFrame> out) {
      this.out = out;
    }

    @Override
    public void onNext(PeerFrame frame) {
      NodeId peer = from;
      PeerSink to = sink;
      if (ended) {
        return;
      }
      if (peer == null || to == null) {
        handshake(frame);
        return;
      }
      PeerMessages batch = frame.getMessages();
      if (batch.getMessagesCount() > 0 && batch.getGroupId() != 0) {
        counters.unreadable.add(batch.getMessagesCount());
        log.warn("dropped {} messages of {} to group {}, which this node does not have", batch.getMessagesCount(), peer,
            batch.getGroupId());
        return;
      }
      for (PeerMessage wire : batch.getMessagesList()) {
        receive(peer, to, wire);
      }
      sayAlive();
    }

    private void handshake(PeerFrame frame) {
      Opened now = opened;
      if (!frame.hasHandshake()) {
        end(Refused.newBuilder().setReason(Handshakes.WRONG_VERSION).setMessage("the first frame must be a handshake")
            .build());
        return;
      }
      Handshake handshake = frame.getHandshake();
      Refused refusal = Handshakes.refusal(now == null ? null : now.membership(), handshake);
      if (refusal != null || now == null) {
        end(refusal == null ? Refused.getDefaultInstance() : refusal);
        return;
      }
      NodeId peer = new NodeId(handshake.getFromId());
      from = peer;
      fromIncarnation = handshake.getFromIncarnation();
      sink = now.sink();
      out.onNext(PeerFrame.newBuilder()
          .setHandshake(Handshakes.from(now.membership(), peer, handshake.getFromIncarnation())).build());
    }

    private void receive(NodeId peer, PeerSink to, PeerMessage wire) {
      Message message;
      try {
        message = MessageCodec.decode(wire);
      } catch (IllegalArgumentException e) {
        counters.unreadable.increment();
        log.warn("dropped a message of {} that makes no sense: {}", peer, e.getMessage());
        return;
      }
      if (message == null) {
        counters.unreadable.increment();
        log.warn("dropped a message of {} of a kind that this version does not know", peer);
        return;
      }
      counters.received.increment();
      to.receive(peer, fromIncarnation, message);
    }

    private void sayAlive() {
      long now = System.nanoTime();
      if (now - saidAliveNanos >= ALIVE_EVERY_NANOS) {
        saidAliveNanos = now;
        out.onNext(ALIVE);
      }
    }

    private void end(Refused refusal) {
      ended = true;
      out.onNext(PeerFrame.newBuilder().setRefused(refusal).build());
      out.onCompleted();
    }

    @Override
    public void onError(Throwable broken) {
      // The peer dials again; nothing here to undo.
      if (log.isDebugEnabled()) {
        log.debug("stream of {} broke: {}", from, Status.fromThrowable(broken));
      }
    }

    @Override
    public void onCompleted() {
      if (!ended) {
        ended = true;
        out.onCompleted();
      }
    }
  }
}
