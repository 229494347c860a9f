package io.balsa.client.recipe;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.DeadlineExceededException;
import io.balsa.client.error.Errors;
import io.balsa.client.error.UnavailableException;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.RangePage;
import io.balsa.client.watch.Watch;
import io.balsa.client.watch.WatchCalls;
import io.balsa.client.watch.WatchEvent;
import io.balsa.client.watch.WatchListener;
import io.balsa.client.watch.WatchOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody who is told who leads an election, until this is closed or its client is. It goes on through every failover; where what it
 * had still to tell was compacted, because its listener was that slow, it tells who leads by now and goes on from there.
 *
 * <p>Safe for use by any thread.
 */
public final class Observation implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Observation.class);

  private final WatchCalls watches;
  private final Kv reads;
  private final KeyRange key;
  private final Consumer<Optional<Leader>> listener;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  // Guarded by this.
  private @Nullable Watch watch;
  private boolean closed;

  // Told last. Written by the callbacks of one watch at a time, which come one after the other.
  private volatile boolean toldAny;
  private volatile @Nullable Leader told;

  Observation(WatchCalls watches, Kv reads, String key, Consumer<Optional<Leader>> listener) {
    this.watches = watches;
    this.reads = reads;
    this.key = KeyRange.single(key);
    this.listener = listener;
  }

  /** The future is done when a node serves it; cancelling that before ends it. */
  CompletableFuture<Observation> begin() {
    CompletableFuture<Observation> begun = reads.rangeAsync(key).thenCompose(this::watch);
    var unused = begun.whenComplete((open, error) -> {
      if (error != null) {
        close();
      }
    });
    return begun;
  }

  private CompletableFuture<Observation> watch(RangePage now) {
    Optional<Leader> leader = Optional.empty();
    for (KeyValue found : now.keyValues()) {
      leader = Optional.of(Proclamation.read(found));
    }
    return Watch.begin(watches, key, new Changes(leader), WatchOption.from(now.revision() + 1)).thenApply(this::opened);
  }

  private Observation opened(Watch open) {
    boolean late;
    synchronized (this) {
      watch = open;
      late = closed;
    }
    if (late) {
      open.close();
    }
    return this;
  }

  /** Also of what comes together with what it was closed at, and of a watch that began while it was closed. */
  private void tell(Optional<Leader> leader) {
    if (!isOpen()) {
      return;
    }
    toldAny = true;
    told = leader.orElse(null);
    listener.accept(leader);
  }

  /** What was read is told here, too: on the same threads as all that comes behind it. */
  private final class Changes implements WatchListener {
    private final Optional<Leader> before;

    Changes(Optional<Leader> before) {
      this.before = before;
    }

    @Override
    public void onConnected(String endpoint, long revision) {
      if (!toldAny || !before.equals(Optional.ofNullable(told))) {
        tell(before);
      }
    }

    @Override
    public void onEvents(List<WatchEvent> events) {
      events.forEach(
          event -> tell(event.isDelete() ? Optional.empty() : Optional.of(Proclamation.read(event.keyValue()))));
    }

    @Override
    public void onEnd(BalsaException why) {
      if (why.reason().equals(Errors.COMPACTED)) {
        beginAnew();
      } else {
        ended.completeExceptionally(why); // the watch has said so
      }
    }
  }

  /** For as long as the cluster cannot be reached: a watch that is open waits as long. */
  private void beginAnew() {
    if (!isOpen()) {
      return;
    }
    var unused = reads.rangeAsync(key).thenCompose(this::watch).whenComplete((open, error) -> {
      if (error == null) {
        return;
      }
      Throwable cause = Chained.cause(error);
      boolean passes = cause instanceof UnavailableException || cause instanceof DeadlineExceededException
          || (cause instanceof BalsaException why && why.reason().equals(Errors.COMPACTED));
      if (passes) {
        beginAnew();
      } else if (ended.completeExceptionally(cause)) {
        log.warn("the observation of {} is over: {}", key, cause.getMessage());
      }
    });
  }

  /** Whether it goes on. */
  public synchronized boolean isOpen() {
    return !closed && !ended.isDone();
  }

  /** Done when it is over: with the reason, or with nothing if it was closed. */
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /** No call of the listener begins after this, but one may be under way. A second call does nothing. */
  @Override
  public void close() {
    Watch open;
    synchronized (this) {
      closed = true;
      open = watch;
    }
    if (open != null) {
      open.close();
    }
    ended.complete(null);
  }

  @Override
  public String toString() {
    return "observation of " + key;
  }
}
