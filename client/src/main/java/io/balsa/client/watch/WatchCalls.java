package io.balsa.client.watch;

import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.WatchRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What carries watches. Not API: implemented by the SDK. Safe for use by any thread. */
public interface WatchCalls {
  /** Hears of one watch: one call at a time, in order, where callbacks run. */
  interface Sink {
    void connected(String address, long revision, boolean resumed);

    void disconnected(String address, String reason);

    /** It could not be opened there. */
    void notOpened(String address, String reason);

    void events(List<Event> events);

    void complete(long revision);

    void ended(Error why);
  }

  /** Begins one; what is returned ends it. */
  Runnable watch(WatchRequest request, Sink sink);

  /** Waits for a future of this object, for the time of a call, and throws what it ended with. */
  <T> T await(CompletableFuture<T> future);

  /**
   * The future, ended by the time of a call at the latest.
   *
   * @param problem
   *          what is in the way, then
   */
  <T> CompletableFuture<T> within(CompletableFuture<T> future, Supplier<String> problem);
}
