package io.balsa.bench.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.balsa.bench.load.LoadClient;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.KvGrpc;
import io.balsa.proto.v1.PutRequest;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Balsa by stubs alone, as etcd is asked: no SDK, no session, a call an operation. */
final class BalsaUnaryClient implements LoadClient {
  private final Channels channels;
  private final List<KvGrpc.KvStub> stubs;

  BalsaUnaryClient(String node, int connections) {
    channels = new Channels(node, connections);
    stubs = channels.all().stream().map(KvGrpc::newStub).toList();
  }

  private KvGrpc.KvStub stub() {
    return stubs.get(channels.turn());
  }

  @Override
  public void put(String key, byte[] value, Answer answer) {
    stub().put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key))
        .setValue(UnsafeByteOperations.unsafeWrap(value)).build(), new One<>(answer, any -> true));
  }

  @Override
  public void get(String key, Answer answer) {
    stub().get(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build(),
        new One<>(answer, GetResponse::hasKv));
  }

  @Override
  public void incr(String key, Answer answer) {
    stub().incr(IncrRequest.newBuilder().setKey(ByteString.copyFromUtf8("counter/" + key)).setDelta(1).build(),
        new One<>(answer, any -> true));
  }

  @Override
  public void close() {
    channels.close();
  }

  /** The one answer of a call. */
  private static final class One<T> implements StreamObserver<T> {
    private final Answer answer;
    private final Predicate<T> right;
    private @Nullable Throwable wrong;

    One(Answer answer, Predicate<T> right) {
      this.answer = answer;
      this.right = right;
    }

    @Override
    public void onNext(T message) {
      wrong = right.test(message) ? null : new IllegalStateException("nothing is there");
    }

    @Override
    public void onError(Throwable failure) {
      answer.ended(failure);
    }

    @Override
    public void onCompleted() {
      answer.ended(wrong);
    }
  }
}
