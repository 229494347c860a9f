package io.balsa.storage.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who waits for lock requests that wait (K2): told once, when the request waits no longer. Any thread. */
final class LockWaits {
  private final Object lock = new Object();
  private final TreeMap<LockRequestKey, List<LockCallback>> byRequest = new TreeMap<>();
  private volatile boolean empty = true;

  /** Calls back at once, or later from {@link #published}. The request was applied. */
  Runnable await(LockRequestKey request, LockCallback callback, Function<LockRequestKey, LockRequestState> states) {
    LockRequestState state;
    synchronized (lock) {
      // Announced before the look at the state: whoever publishes after this look finds the wait, see published().
      empty = false;
      state = states.apply(request);
      if (state.kind() == LockRequestState.Kind.WAITING) {
        byRequest.computeIfAbsent(request, id -> new ArrayList<>()).add(callback);
        return () -> cancel(request, callback);
      }
      empty = byRequest.isEmpty();
    }
    call(callback, state);
    return () -> {
    };
  }

  /** The states of these requests were published. */
  void published(Collection<LockRequestKey> requests, Function<LockRequestKey, LockRequestState> states) {
    if (empty) {
      return;
    }
    for (LockRequestKey request : requests) {
      LockRequestState state = states.apply(request);
      if (state.kind() != LockRequestState.Kind.WAITING) {
        take(request).forEach(callback -> call(callback, state));
      }
    }
  }

  /** All that was published was replaced. */
  void republished(Function<LockRequestKey, LockRequestState> states) {
    List<LockRequestKey> awaited;
    synchronized (lock) {
      awaited = List.copyOf(byRequest.keySet());
    }
    published(awaited, states);
  }

  private List<LockCallback> take(LockRequestKey request) {
    synchronized (lock) {
      @Nullable
      List<LockCallback> callbacks = byRequest.remove(request);
      empty = byRequest.isEmpty();
      return callbacks == null ? List.of() : callbacks;
    }
  }

  private void cancel(LockRequestKey request, LockCallback callback) {
    synchronized (lock) {
      @Nullable
      List<LockCallback> callbacks = byRequest.get(request);
      if (callbacks != null && callbacks.remove(callback) && callbacks.isEmpty()) {
        byRequest.remove(request);
        empty = byRequest.isEmpty();
      }
    }
  }

  private static void call(LockCallback callback, LockRequestState state) {
    if (state.kind() == LockRequestState.Kind.HELD) {
      callback.held(state.token());
    } else {
      callback.gone();
    }
  }
}
