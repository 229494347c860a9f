package io.balsa.server.testing;

import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps what a stream sends. */
public final class Recorder<T> implements StreamObserver<T> {
  private final List<T> values = new CopyOnWriteArrayList<>();
  private volatile boolean completed;
  private volatile @Nullable Throwable error;

  @Override
  public void onNext(T value) {
    values.add(value);
  }

  @Override
  public void onError(Throwable broken) {
    error = broken;
  }

  @Override
  public void onCompleted() {
    completed = true;
  }

  public List<T> values() {
    return values;
  }

  public boolean completed() {
    return completed;
  }

  public @Nullable Throwable error() {
    return error;
  }
}
