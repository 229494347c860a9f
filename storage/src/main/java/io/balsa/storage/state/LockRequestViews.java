package io.balsa.storage.state;

import io.balsa.storage.state.lock.LockRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Lock requests as of the last batch applied, for threads other than the applier's, and who waits for them. */
final class LockRequestViews {
  private volatile ConcurrentSkipListMap<LockRequestKey, View> views = new ConcurrentSkipListMap<>();
  private final LockWaits waits = new LockWaits();

  private record View(String name, LockRequestState state) {
  }

  /** @param sessions whose last sequences were published before the requests that they name are looked for */
  LockRequestState state(String name, LockRequestKey request, LongFunction<SessionView> sessions) {
    SessionView session = sessions.apply(request.session());
    View view = views.get(request);
    if (view != null && view.name.equals(name)) {
      return view.state;
    }
    boolean applied = session.state() == SessionView.State.EXPIRED || session.lastSequence() >= request.sequence();
    return applied ? LockRequestState.GONE : LockRequestState.NOT_APPLIED;
  }

  /** First for the session to have come so far, then for the request to wait no longer. */
  Runnable await(String name, LockRequestKey request, LockCallback callback, StateReads reads) {
    return new LockAwait(name, request, callback, reads).begin();
  }

  /** One wait, in its two stages. */
  private final class LockAwait implements SessionCallback {
    private final String name;
    private final LockRequestKey request;
    private final LockCallback callback;
    private final StateReads reads;
    private @Nullable Runnable cancelRequest;
    private boolean cancelled;

    LockAwait(String name, LockRequestKey request, LockCallback callback, StateReads reads) {
      this.name = name;
      this.request = request;
      this.callback = callback;
      this.reads = reads;
    }

    Runnable begin() {
      Runnable cancelSession = reads.awaitSession(request.session(), request.sequence(), this);
      return () -> {
        cancelSession.run();
        cancel();
      };
    }

    private void cancel() {
      @Nullable
      Runnable cancel;
      synchronized (this) {
        cancelled = true;
        cancel = cancelRequest;
      }
      if (cancel != null) {
        cancel.run();
      }
    }

    @Override
    public void reached() {
      Runnable cancel = waits.await(request, callback, key -> state(name, key, reads::session));
      boolean late;
      synchronized (this) {
        cancelRequest = cancel;
        late = cancelled;
      }
      if (late) {
        cancel.run();
      }
    }

    @Override
    public void expired() {
      callback.gone();
    }
  }

  /** Lock requests that are waiting or held under a session. Counts them. */
  int count(long session) {
    return views.subMap(new LockRequestKey(session, Long.MIN_VALUE), true,
        new LockRequestKey(session, Long.MAX_VALUE), true).size();
  }

  /** The batch is written: now others see it. Before the sessions are published, so that nobody misses a request. */
  void publish(Collection<LockRequest> touched) {
    publish(touched, views);
  }

  /** The state is another one now, whole. Before its sessions are published. */
  void replace(Collection<LockRequest> all) {
    ConcurrentSkipListMap<LockRequestKey, View> replacement = new ConcurrentSkipListMap<>();
    publish(all, replacement);
    views = replacement;
  }

  private static void publish(Collection<LockRequest> touched, ConcurrentSkipListMap<LockRequestKey, View> views) {
    for (LockRequest request : touched) {
      LockRequestKey key = new LockRequestKey(request.session(), request.sequence());
      if (request.isRemoved()) {
        views.remove(key);
      } else {
        views.put(key, new View(request.name(),
            request.isHeld() ? LockRequestState.held(request.token()) : LockRequestState.WAITING));
      }
    }
  }

  /** Tells those who wait. After everything of the batch was published. */
  void tell(Collection<LockRequest> touched, LongFunction<SessionView> sessions) {
    if (touched.isEmpty()) {
      return;
    }
    List<LockRequestKey> keys = new ArrayList<>(touched.size());
    touched.forEach(request -> keys.add(new LockRequestKey(request.session(), request.sequence())));
    waits.published(keys, key -> stateOf(key, sessions));
  }

  /** Judges every wait again. After everything of another state was published. */
  void retell(LongFunction<SessionView> sessions) {
    waits.republished(key -> stateOf(key, sessions));
  }

  private LockRequestState stateOf(LockRequestKey request, LongFunction<SessionView> sessions) {
    View view = views.get(request);
    return view == null ? state("", request, sessions) : view.state;
  }
}
