package io.balsa.client.fake;

import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.CloseSessionRequest;
import io.balsa.proto.v1.CloseSessionResponse;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.OpenSessionRequest;
import io.balsa.proto.v1.OpenSessionResponse;
import io.balsa.proto.v1.ServerFrame;
import io.balsa.proto.v1.SessionGrpc;
import io.balsa.proto.v1.StreamBeat;
import io.balsa.proto.v1.StreamEnd;
import io.balsa.proto.v1.StreamReady;
import io.balsa.proto.v1.StreamReplies;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.StreamRequests;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

/** S2 at the door of a fake node. */
public final class FakeSessionService extends SessionGrpc.SessionImplBase {
  private static final int BEAT_MILLIS = 300;

  private final FakeCluster cluster;
  private final FakeNode node;

  FakeSessionService(FakeCluster cluster, FakeNode node) {
    this.cluster = cluster;
    this.node = node;
  }

  @Override
  public void open(OpenSessionRequest request, StreamObserver<OpenSessionResponse> answer) {
    if (node.isSilent()) {
      return;
    }
    if (!node.leads()) {
      answer.onError(FakeNode.status(node.notLeader()));
      return;
    }
    answer.onNext(OpenSessionResponse.newBuilder().setSessionId(cluster.store().open(request.getTtlMillis()))
        .setTtlMillis(request.getTtlMillis()).build());
    answer.onCompleted();
  }

  @Override
  public void close(CloseSessionRequest request, StreamObserver<CloseSessionResponse> answer) {
    cluster.store().expire(request.getSessionId());
    answer.onNext(CloseSessionResponse.getDefaultInstance());
    answer.onCompleted();
  }

  @Override
  public StreamObserver<KeepAliveRequest> keepAlive(StreamObserver<KeepAliveResponse> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(KeepAliveRequest request) {
        if (node.isSilent()) {
          return;
        }
        KeepAliveResponse.Builder answer = KeepAliveResponse.newBuilder().setSessionId(request.getSessionId())
            .setRequestId(request.getRequestId());
        if (cluster.store().renew(request.getSessionId())) {
          answer.setTtlMillis(cluster.store().ttlMillis(request.getSessionId()));
        } else {
          answer.setError(expired());
        }
        answers.onNext(answer.build());
      }

      @Override
      public void onError(Throwable broken) {}

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  private static Error expired() {
    return Errors.error(ErrorCode.FAILED_PRECONDITION, Errors.SESSION_EXPIRED, "the session expired");
  }

  @Override
  public StreamObserver<ClientFrame> stream(StreamObserver<ServerFrame> frames) {
    OpenStream stream = new OpenStream(frames);
    node.opened(stream);
    return stream;
  }

  /** One stream of a client. */
  public final class OpenStream implements StreamObserver<ClientFrame> {
    private final StreamObserver<ServerFrame> frames;
    private long sessionId;
    private boolean ended;
    private final List<StreamRequest> waiting = new ArrayList<>();

    OpenStream(StreamObserver<ServerFrame> frames) {
      this.frames = frames;
    }

    public long sessionId() {
      return sessionId;
    }

    @Override
    public void onNext(ClientFrame frame) {
      take(frame);
      cluster.tellWaiters();
    }

    private synchronized void take(ClientFrame frame) {
      if (ended || node.isSilent()) {
        return;
      }
      switch (frame.getKindCase()) {
        case HELLO -> hello(frame.getHello().getSessionId());
        case REQUESTS -> requests(frame.getRequests());
        case KIND_NOT_SET -> throw new IllegalArgumentException("an empty frame");
      }
    }

    private void hello(long session) {
      sessionId = session;
      if (!node.leads()) {
        end(node.notLeader());
      } else if (!cluster.store().lives(session)) {
        end(expired());
      } else {
        frames.onNext(ServerFrame.newBuilder().setReady(
            StreamReady.newBuilder().setHeader(cluster.header(node)).setLastSequence(cluster.store().last(session))
                .setBeatMillis(BEAT_MILLIS))
            .build());
      }
    }

    private void requests(StreamRequests requests) {
      if (!cluster.store().lives(sessionId)) {
        end(expired());
        return;
      }
      StreamReplies.Builder replies = StreamReplies.newBuilder();
      for (StreamRequest request : requests.getRequestsList()) {
        if (request.hasLockAwait()) {
          waiting.add(request);
        } else if (request.getSequence() == 0) {
          replies.addReplies(read(request));
        } else if (request.getSequence() <= cluster.store().last(sessionId) + 1) {
          replies.addReplies(cluster.store().apply(sessionId, requests.getLowestAwaited(), request));
        } else {
          end(Errors.error(ErrorCode.FAILED_PRECONDITION, Errors.WRONG_SEQUENCE, "a gap"));
          return;
        }
      }
      boolean mutates = requests.getRequestsList().stream().anyMatch(request -> request.getSequence() != 0);
      if (node.losesSessions() && requests.getRequestsList().stream().anyMatch(StreamRequest::hasTxn)) {
        cluster.store().expire(sessionId);
        cut();
      } else if (mutates && node.cutsThisOne()) {
        cut();
      } else if (replies.getRepliesCount() > 0) {
        frames.onNext(ServerFrame.newBuilder().setReplies(replies).build());
      }
    }

    private StreamReply read(StreamRequest request) {
      if (request.getAfter() > cluster.store().last(sessionId)) {
        throw new IllegalStateException("a read overtook its mutations");
      }
      return cluster.store().execute(request);
    }

    synchronized void tellWaiters() {
      if (ended || node.isSilent()) {
        return;
      }
      StreamReplies.Builder replies = StreamReplies.newBuilder();
      waiting.removeIf(request -> {
        StreamReply outcome = cluster.store().await(request);
        if (outcome != null) {
          replies.addReplies(outcome);
        }
        return outcome != null;
      });
      if (replies.getRepliesCount() > 0) {
        frames.onNext(ServerFrame.newBuilder().setReplies(replies).build());
      }
    }

    public synchronized void beat() {
      if (!ended && !node.isSilent()) {
        frames
            .onNext(ServerFrame.newBuilder().setBeat(StreamBeat.newBuilder().setHeader(cluster.header(node))).build());
      }
    }

    public synchronized void end(Error error) {
      if (!ended && !node.isSilent()) {
        ended = true;
        frames.onNext(ServerFrame.newBuilder().setEnd(StreamEnd.newBuilder().setError(error)).build());
        frames.onCompleted();
        node.closed(this);
      }
    }

    /** Breaks off without a word. */
    public synchronized void cut() {
      ended = true;
      frames.onError(io.grpc.Status.UNAVAILABLE.withDescription("cut").asRuntimeException());
      node.closed(this);
    }

    @Override
    public synchronized void onError(Throwable broken) {
      ended = true;
      node.closed(this);
    }

    @Override
    public synchronized void onCompleted() {
      ended = true;
      frames.onCompleted();
      node.closed(this);
    }
  }
}
