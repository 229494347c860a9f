package io.balsa.client.watch;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.client.kv.KeyRange;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch that is open: every change of its keys, from its first revision on, is told to its listener once, in the order of the
 * revisions, all changes of one revision together.
 *
 * <p><b>At a failover</b>, and whenever its node is lost or falls silent, it goes on at another one behind what was told, for ever: it
 * ends when it is closed, when its client is, or when what it had still to tell was compacted. That the listener hears as {@code
 * COMPACTED}; there is never a silent gap.
 *
 * <p><b>What it does not promise</b>: how soon. A watch follows the state of one node, which may lag; whoever must see a write that was
 * answered reads.
 *
 * <p>Safe for use by any thread.
 */
public final class Watch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Watch.class);

  private final KeyRange range;
  private final WatchListener listener;
  private final CompletableFuture<Watch> started = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile long revision;
  private volatile boolean closed;
  /** Why it could not be opened where that was tried last. */
  private volatile String problem = "";
  private volatile Runnable close = () -> {
  };

  private Watch(KeyRange range, WatchListener listener) {
    this.range = range;
    this.listener = listener;
  }

  /**
   * Begins one; the future is done when a node serves it, and cancelling it before ends the watch. Not API: {@code BalsaClient.watch}.
   */
  public static CompletableFuture<Watch> begin(WatchCalls calls, KeyRange range, WatchListener listener,
      WatchOption... options) {
    WatchRequest.Builder request = WatchRequest.newBuilder().setRange(range.wire());
    for (WatchOption option : options) {
      option.set(request);
    }
    Watch watch = new Watch(range, listener);
    watch.close = calls.watch(request.build(), watch.new Telling());
    CompletableFuture<Watch> begun = calls.within(watch.started, () -> watch.problem);
    // This very future is given away: whoever cancels it, or is interrupted while it waits, leaves no watch behind.
    var unused = begun.whenComplete((open, problem) -> {
      if (problem != null) {
        watch.close();
      }
    });
    return begun;
  }

  /** Everything up to this revision was told: a watch from the next one on would continue this one. */
  public long revision() {
    return revision;
  }

  /** Whether it goes on: it was not closed, and has not ended by itself. */
  public boolean isOpen() {
    return !closed && !ended.isDone();
  }

  /** Done when the watch is over: with the reason, or with nothing if it was closed. */
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /** Ends the watch: no call of the listener begins after this, but one may be under way. A second call does nothing. */
  @Override
  public void close() {
    closed = true;
    close.run();
    ended.complete(null);
  }

  @Override
  public String toString() {
    return "watch of " + range + (isOpen() ? ", told up to revision " : ", over; told up to revision ") + revision;
  }

  /** What the client tells, for the listener. */
  private final class Telling implements WatchCalls.Sink {
    @Override
    public void connected(String address, long from, boolean resumed) {
      revision = Math.max(revision, from);
      started.complete(Watch.this);
      guarded(() -> {
        if (resumed) {
          listener.onResumed(address, from);
        } else {
          listener.onConnected(address, from);
        }
      });
    }

    @Override
    public void disconnected(String address, String reason) {
      guarded(() -> listener.onDisconnected(address, reason));
    }

    @Override
    public void notOpened(String address, String reason) {
      problem = address + ": " + reason;
    }

    @Override
    public void events(List<Event> events) {
      List<WatchEvent> together = new ArrayList<>();
      for (Event event : events) {
        if (!together.isEmpty() && together.get(0).revision() != event.getKv().getModRevision()) {
          tell(together);
          together.clear();
        }
        together.add(new WatchEvent(event));
      }
      tell(together);
    }

    private void tell(List<WatchEvent> together) {
      List<WatchEvent> told = List.copyOf(together);
      guarded(() -> listener.onEvents(told));
      revision = told.get(0).revision();
    }

    @Override
    public void complete(long through) {
      revision = Math.max(revision, through);
      guarded(() -> listener.onProgress(through));
    }

    @Override
    public void ended(Error why) {
      BalsaException reason = Errors.ofAnswer(why, false);
      if (started.completeExceptionally(reason)) {
        return; // whoever wanted to begin it is told
      }
      if (!why.getReason().equals(Errors.CLIENT_CLOSED)) {
        log.warn("the watch of {} is over: {}", range, reason.getMessage());
      }
      ended.completeExceptionally(reason);
      guarded(() -> listener.onEnd(reason));
    }

    private void guarded(Runnable call) {
      if (closed) {
        return;
      }
      try {
        call.run();
      } catch (RuntimeException e) {
        log.warn("a listener of a watch failed", e);
      }
    }
  }
}
