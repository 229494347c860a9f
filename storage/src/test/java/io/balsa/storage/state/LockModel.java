package io.balsa.storage.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Locks as one list of requests in the order they came, with no index of any kind: slow and plain. */
final class LockModel {
  private final List<Request> all = new ArrayList<>();
  private final TreeMap<Long, Long> deadlines = new TreeMap<>();
  private long lastToken;

  static final class Request {
    final String lock;
    final long session;
    final long sequence;
    final String owner;
    final boolean shared;
    final int permits;
    final long deadline;
    long token;
    boolean gone;

    Request(String lock, long session, long sequence, String owner, boolean shared, int permits, long deadline) {
      this.lock = lock;
      this.session = session;
      this.sequence = sequence;
      this.owner = owner;
      this.shared = shared;
      this.permits = permits;
      this.deadline = deadline;
    }

    String id() {
      return session + "/" + sequence;
    }

    String ownerKey() {
      return owner.isEmpty() ? id() : session + owner;
    }

    @Override
    public String toString() {
      return lock + " " + id() + " of '" + owner + "' " + (shared ? "shared" : "exclusive") + " token " + token;
    }
  }

  void open(long session, long deadline) {
    deadlines.put(session, deadline);
  }

  void renew(long session, long deadline) {
    deadlines.put(session, deadline);
  }

  List<Request> everything() {
    return all;
  }

  long lastToken() {
    return lastToken;
  }

  private List<Request> live(String lock) {
    return all.stream().filter(request -> !request.gone && request.lock.equals(lock)).toList();
  }

  private List<Request> held(String lock) {
    return live(lock).stream().filter(request -> request.token != 0).toList();
  }

  private List<Request> waiting(String lock) {
    return live(lock).stream().filter(request -> request.token == 0).toList();
  }

  List<String> holders(String lock) {
    return held(lock).stream().sorted(Comparator.comparingLong((Request request) -> request.token)
        .thenComparingInt(all::indexOf)).map(Request::id).toList();
  }

  List<String> queue(String lock) {
    return waiting(lock).stream().map(Request::id).toList();
  }

  boolean isHeld(String lock, long token) {
    return held(lock).stream().anyMatch(request -> request.token == token);
  }

  private boolean admits(Request request) {
    List<Request> held = held(request.lock);
    if (!request.shared) {
      return held.isEmpty();
    }
    long owners = held.stream().map(Request::ownerKey).distinct().count();
    return held.stream().allMatch(other -> other.shared) && (request.permits == 0 || owners < request.permits);
  }

  String acquire(String lock, long session, long sequence, String owner, boolean shared, int permits, long deadline,
      boolean notAtAll) {
    Request request = new Request(lock, session, sequence, owner, shared, permits, deadline);
    request.gone = true;
    all.add(request);
    if (shared && live(lock).stream().anyMatch(other -> other.shared && other.permits != permits)) {
      return "PERMITS_DIFFER";
    }
    List<Request> mine = held(lock).stream().filter(other -> other.ownerKey().equals(request.ownerKey())).toList();
    if (!mine.isEmpty()) {
      if (!shared && mine.stream().allMatch(other -> other.shared)) {
        return "LOCK_UPGRADE";
      }
      request.token = mine.getFirst().token;
    } else if (waiting(lock).isEmpty() && admits(request)) {
      request.token = ++lastToken;
    } else if (notAtAll) {
      return "GONE 0";
    }
    request.gone = false;
    return (request.token == 0 ? "WAITING " : "HELD ") + request.token;
  }

  String release(String lock, long session, long sequence) {
    for (Request request : live(lock)) {
      if (request.session == session && request.sequence == sequence) {
        request.gone = true;
        settle();
        return request.token == 0 ? "WAITING" : "HELD";
      }
    }
    return "GONE";
  }

  void end(long session) {
    deadlines.remove(session);
    all.stream().filter(request -> request.session == session).forEach(request -> request.gone = true);
  }

  /** Returns the sessions that expired. */
  List<Long> clock(long now) {
    List<Long> expired = deadlines.entrySet().stream().filter(entry -> entry.getValue() <= now).map(Map.Entry::getKey)
        .toList();
    expired.forEach(this::end);
    all.stream().filter(request -> request.token == 0 && request.deadline <= now)
        .forEach(request -> request.gone = true);
    settle();
    return expired;
  }

  long nextDue() {
    long due = deadlines.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    for (Request request : all) {
      if (!request.gone && request.token == 0) {
        due = Math.min(due, request.deadline);
      }
    }
    return due;
  }

  /** Grants whatever can be, lock by lock in the order of names. */
  void settle() {
    TreeSet<String> locks = new TreeSet<>();
    all.forEach(request -> locks.add(request.lock));
    for (String lock : locks) {
      while (!waiting(lock).isEmpty() && admits(waiting(lock).getFirst())) {
        Request head = waiting(lock).getFirst();
        head.token = ++lastToken;
        for (Request other : waiting(lock)) {
          if (other.ownerKey().equals(head.ownerKey()) && (other.shared || !head.shared)) {
            other.token = head.token;
          }
        }
      }
    }
  }
}
