package io.balsa.jepsen.raw;

import io.balsa.junit.cluster.Await;
import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.SessionGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One KeepAlive call for any number of sessions, and all its answers. It sends without looking whether anybody reads. */
public final class RawKeepAlives implements AutoCloseable, StreamObserver<KeepAliveResponse> {
  private static final Duration MOST = Duration.ofMinutes(1);

  private final ConcurrentLinkedQueue<KeepAliveResponse> answers = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final StreamObserver<KeepAliveRequest> requests;
  private volatile @Nullable Throwable broken;
  private long requestId;

  @SuppressWarnings("this-escape") // nothing is answered before something is sent
  public RawKeepAlives(RawNode node) {
    this.requests = SessionGrpc.newStub(node.channel()).keepAlive(this);
  }

  public synchronized void send(long session, long lowestAwaited) {
    requests.onNext(KeepAliveRequest.newBuilder().setSessionId(session).setRequestId(++requestId)
        .setLowestAwaited(lowestAwaited).build());
  }

  public int answered() {
    return answered.get();
  }

  public void awaitAnswers(int count) {
    Await.until(MOST, () -> answered.get() >= count || broken != null, () -> answered + " of " + count + " answers");
    if (broken != null) {
      throw new IllegalStateException("the KeepAlive call broke", broken);
    }
  }

  public Collection<KeepAliveResponse> answers() {
    return List.copyOf(answers);
  }

  @Override
  public void onNext(KeepAliveResponse answer) {
    answers.add(answer);
    answered.incrementAndGet();
  }

  @Override
  public void onError(Throwable why) {
    broken = why;
  }

  @Override
  public void onCompleted() {
    // it was asked to
  }

  @Override
  public synchronized void close() {
    requests.onCompleted();
  }
}
