package io.balsa.server.transport;

import io.balsa.proto.internal.v1.FormationRequest;
import io.balsa.proto.internal.v1.FormationResponse;
import io.balsa.proto.internal.v1.Handshake;
import io.balsa.proto.internal.v1.JoinRequest;
import io.balsa.proto.internal.v1.JoinResponse;
import io.balsa.proto.internal.v1.PeerFrame;
import io.balsa.proto.internal.v1.PeerGrpc;
import io.balsa.proto.internal.v1.PeerMessage;
import io.balsa.proto.internal.v1.PeerMessages;
import io.balsa.proto.internal.v1.PromotionRequest;
import io.balsa.proto.internal.v1.PromotionResponse;
import io.balsa.proto.internal.v1.Refused;
import io.balsa.proto.internal.v1.ReplaceRequest;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;
import io.balsa.server.identity.KnownMembers;
import io.balsa.server.join.JoinCodec;
import io.balsa.server.join.MembershipRequests;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
  private final Set<Inbound> admitted = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Opened opened;

  private record Opened(Membership membership, Contacts contacts, PeerSink sink, MembershipRequests requests) {
  }

  public PeerService(Function<FormationRequest, FormationResponse> formation, LinkCounters counters) {
    this.formation = formation;
    this.counters = counters;
  }

  /** This node belongs to a cluster, and its consensus runs. Once. */
  public void open(Membership membership, Contacts contacts, PeerSink sink, MembershipRequests requests) {
    opened = new Opened(membership, contacts, sink, requests);
    membership.addListener(view -> admitted.forEach(inbound -> inbound.judgeAgain(view)));
  }

  @Override
  public void formation(FormationRequest request, StreamObserver<FormationResponse> response) {
    response.onNext(formation.apply(request));
    response.onCompleted();
  }

  @Override
  public void join(JoinRequest request, StreamObserver<JoinResponse> response) {
    Answer<JoinResponse> answer = new Answer<>(response);
    Opened now = opened;
    if (now == null) {
      answer.accept(JoinResponse.newBuilder().setNotJoined(JoinCodec.notFormed()).build());
    } else {
      now.requests().join(request, answer);
    }
  }

  @Override
  public void replace(ReplaceRequest request, StreamObserver<JoinResponse> response) {
    Answer<JoinResponse> answer = new Answer<>(response);
    Opened now = opened;
    if (now == null) {
      answer.accept(JoinResponse.newBuilder().setNotJoined(JoinCodec.notFormed()).build());
    } else {
      now.requests().replace(request, answer);
    }
  }

  @Override
  public void promote(PromotionRequest request, StreamObserver<PromotionResponse> response) {
    Answer<PromotionResponse> answer = new Answer<>(response);
    Opened now = opened;
    if (now == null) {
      answer.accept(PromotionResponse.newBuilder().setNotYet(JoinCodec.notFormed()).build());
    } else {
      now.requests().promote(request, answer);
    }
  }

  /** Written once, from whatever thread has it. */
  private static final class Answer<T> implements Consumer<T> {
    private final StreamObserver<T> response;

    Answer(StreamObserver<T> response) {
      this.response = response;
      // Without a handler, writing to a call that the peer has left would throw.
      ((ServerCallStreamObserver<T>) response).setOnCancelHandler(() -> {
      });
    }

    @Override
    public void accept(T answer) {
      response.onNext(answer);
      response.onCompleted();
    }
  }

  @Override
  public StreamObserver<PeerFrame> connect(StreamObserver<PeerFrame> out) {
    // Without a handler, writing to a call that the peer has left would throw.
    ((ServerCallStreamObserver<PeerFrame>) out).setOnCancelHandler(() -> {
    });
    return new Inbound(out);
  }

  /**
   * One stream of a peer. What comes in is read on the event loop of its connection; its end may come from any thread, so whatever
   * goes out is written under the lock of this object.
   */
  private final class Inbound implements StreamObserver<PeerFrame> {
    private final StreamObserver<PeerFrame> out;
    /** Once the handshake has succeeded. */
    private volatile @Nullable Met met;
    private long saidAliveNanos;
    private boolean ended;

    private record Met(Opened to, NodeId id, long incarnation, KnownMembers brought) {
    }

    Inbound(StreamObserver<PeerFrame> out) {
      this.out = out;
    }

    @Override
    public void onNext(PeerFrame frame) {
      Met peer = met;
      if (peer == null && !hasEnded()) {
        handshake(frame);
        return;
      }
      if (peer == null || !admitted.contains(this)) {
        return; // turned down, or a member no more; what was on its way is for nobody
      }
      PeerMessages batch = frame.getMessages();
      if (batch.getMessagesCount() > 0 && batch.getGroupId() != 0) {
        counters.unreadable.add(batch.getMessagesCount());
        log.warn("dropped {} messages of {} to group {}, which this node does not have", batch.getMessagesCount(),
            peer.id(), batch.getGroupId());
        return;
      }
      for (PeerMessage wire : batch.getMessagesList()) {
        receive(peer, wire);
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
      Met peer = new Met(now, new NodeId(handshake.getFromId()), handshake.getFromIncarnation(),
          Handshakes.brought(handshake));
      now.membership().learn(peer.brought());
      now.contacts().opened(peer.id(), peer.incarnation());
      met = peer;
      admitted.add(this);
      write(PeerFrame.newBuilder()
          .setHandshake(Handshakes.from(now.membership(), peer.id(), peer.incarnation())).build());
      judgeAgain(now.membership().view()); // it may have changed since it was asked
    }

    /** The peer may be a member no more. Any thread. */
    void judgeAgain(Membership.View view) {
      Met peer = met;
      if (peer == null || view.admits(peer.id(), peer.incarnation())) {
        return;
      }
      PeerAdmission.Refusal refusal = PeerAdmission.judge(view, peer.id(), peer.incarnation(), peer.brought());
      if (refusal != null) {
        log.info("ends the connection of {}: {}", peer.id(), refusal.message());
        end(Handshakes.refused(refusal));
      }
    }

    private void receive(Met peer, PeerMessage wire) {
      Message message;
      try {
        message = MessageCodec.decode(wire);
      } catch (IllegalArgumentException e) {
        counters.unreadable.increment();
        log.warn("dropped a message of {} that makes no sense: {}", peer.id(), e.getMessage());
        return;
      }
      if (message == null) {
        counters.unreadable.increment();
        log.warn("dropped a message of {} of a kind that this version does not know", peer.id());
        return;
      }
      counters.received.increment();
      peer.to().sink().receive(peer.id(), peer.incarnation(), message);
    }

    private void sayAlive() {
      long now = System.nanoTime();
      if (now - saidAliveNanos >= ALIVE_EVERY_NANOS) {
        saidAliveNanos = now;
        write(ALIVE);
      }
    }

    private synchronized boolean hasEnded() {
      return ended;
    }

    private synchronized void write(PeerFrame frame) {
      if (!ended) {
        out.onNext(frame);
      }
    }

    private synchronized void end(Refused refusal) {
      if (!ended) {
        gone();
        out.onNext(PeerFrame.newBuilder().setRefused(refusal).build());
        out.onCompleted();
      }
    }

    private synchronized void gone() {
      ended = true;
      Met peer = met;
      if (admitted.remove(this) && peer != null) {
        peer.to().contacts().closed(peer.id(), peer.incarnation());
      }
    }

    @Override
    public synchronized void onError(Throwable broken) {
      // The peer dials again; nothing here to undo.
      gone();
      if (log.isDebugEnabled()) {
        Met peer = met;
        log.debug("stream of {} broke: {}", peer == null ? "somebody" : peer.id(), Status.fromThrowable(broken));
      }
    }

    @Override
    public synchronized void onCompleted() {
      if (!ended) {
        gone();
        out.onCompleted();
      }
    }
  }
}
