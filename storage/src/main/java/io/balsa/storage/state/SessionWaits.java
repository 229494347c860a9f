package io.balsa.storage.state;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;

/** Reads that wait for their session (S5). Any thread. */
final class SessionWaits {
  private final Object lock = new Object();
  private final TreeMap<Long, List<Wait>> bySession = new TreeMap<>();
  private volatile boolean empty = true;

  private static final class Wait {
    final long after;
    final SessionCallback callback;

    Wait(long after, SessionCallback callback) {
      this.after = after;
      this.callback = callback;
    }
  }

  /** The state of a session, as readers see it. */
  interface Views {
    SessionView session(long id);
  }

  /** Calls back at once, or later from {@link #published}. */
  Runnable await(long session, long after, SessionCallback callback, Views views) {
    Wait wait = new Wait(after, callback);
    synchronized (lock) {
      // Announced before the look at the state: whoever publishes after this look finds the wait, see published().
      empty = false;
      SessionView view = views.session(session);
      if (!isOver(view, after)) {
        bySession.computeIfAbsent(session, id -> new ArrayList<>()).add(wait);
        return () -> cancel(session, wait);
      }
      empty = bySession.isEmpty();
    }
    call(wait, views.session(session));
    return () -> {
    };
  }

  /** The views of these sessions were published. */
  void published(List<Lease> leases, Views views) {
    if (empty) {
      return;
    }
    for (Lease lease : leases) {
      SessionView view = views.session(lease.id);
      take(lease.id, view).forEach(wait -> call(wait, view));
    }
  }

  /** All views were replaced. */
  void republished(Views views) {
    List<Long> awaited;
    synchronized (lock) {
      awaited = List.copyOf(bySession.keySet());
    }
    for (long session : awaited) {
      SessionView view = views.session(session);
      take(session, view).forEach(wait -> call(wait, view));
    }
  }

  private List<Wait> take(long session, SessionView view) {
    List<Wait> over = new ArrayList<>();
    synchronized (lock) {
      List<Wait> waits = bySession.get(session);
      if (waits == null) {
        return over;
      }
      for (Iterator<Wait> i = waits.iterator(); i.hasNext();) {
        Wait wait = i.next();
        if (isOver(view, wait.after)) {
          i.remove();
          over.add(wait);
        }
      }
      forgetIfEmpty(session, waits);
    }
    return over;
  }

  private void cancel(long session, Wait wait) {
    synchronized (lock) {
      List<Wait> waits = bySession.get(session);
      if (waits != null) {
        waits.remove(wait);
        forgetIfEmpty(session, waits);
      }
    }
  }

  private void forgetIfEmpty(long session, List<Wait> waits) {
    if (waits.isEmpty()) {
      bySession.remove(session);
      empty = bySession.isEmpty();
    }
  }

  /** A session that was not issued here yet may be, by an entry that is still to be applied. */
  private static boolean isOver(SessionView view, long after) {
    return view.state() == SessionView.State.EXPIRED
        || (view.state() == SessionView.State.LIVE && view.lastSequence() >= after);
  }

  private static void call(Wait wait, SessionView view) {
    if (view.state() == SessionView.State.EXPIRED) {
      wait.callback.expired();
    } else {
      wait.callback.reached();
    }
  }
}
