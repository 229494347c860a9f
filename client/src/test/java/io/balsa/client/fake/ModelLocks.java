package io.balsa.client.fake;

import io.balsa.client.error.ErrorCode;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockAcquireResponse;
import io.balsa.proto.v1.LockAwaitResponse;
import io.balsa.proto.v1.LockInfo;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.LockRequestInfo;
import io.balsa.proto.v1.LockState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Locks by K2 to K5, as plainly as they can be written. */
final class ModelLocks {
  private record Request(LockRequestId id, LockAcquireRequest wanted, long waitUntil, long token) {
    boolean sameOwner(Request other) {
      return !wanted.getOwner().isEmpty() && wanted.getOwner().equals(other.wanted.getOwner())
          && id.getSessionId() == other.id.getSessionId();
    }

    boolean shared() {
      return wanted.getMode() == LockMode.SHARED;
    }

    LockRequestInfo info() {
      return LockRequestInfo.newBuilder().setRequest(id).setOwner(wanted.getOwner()).setMode(wanted.getMode())
          .setToken(token).build();
    }
  }

  private static final class Lock {
    final List<Request> holders = new ArrayList<>();
    final List<Request> queue = new ArrayList<>();
  }

  private final TreeMap<String, Lock> locks = new TreeMap<>();
  private long lastToken;

  LockAcquireResponse acquire(LockRequestId id, LockAcquireRequest wanted, long nowMillis) {
    Lock lock = locks.computeIfAbsent(wanted.getName(), name -> new Lock());
    Request request = new Request(id, wanted,
        wanted.hasWaitMillis() ? nowMillis + wanted.getWaitMillis() : Long.MAX_VALUE, 0);
    List<Request> own = lock.holders.stream().filter(request::sameOwner).toList();
    LockAcquireResponse.Builder response = LockAcquireResponse.newBuilder().setRequest(id);
    if (!own.isEmpty()) {
      if (!request.shared() && own.get(0).shared()) {
        throw new ModelKeys.Refused(ErrorCode.FAILED_PRECONDITION, "LOCK_UPGRADE", "held shared");
      }
      lock.holders.add(new Request(id, wanted, 0, own.get(0).token));
      return response.setState(LockState.HELD).setToken(own.get(0).token).build();
    }
    lock.queue.add(request);
    grant(lock);
    Request held = find(lock.holders, id);
    if (held != null) {
      return response.setState(LockState.HELD).setToken(held.token).build();
    }
    if (wanted.hasWaitMillis() && wanted.getWaitMillis() == 0) {
      lock.queue.remove(request);
      return response.setState(LockState.GONE).build();
    }
    return response.setState(LockState.WAITING).setRequestsBefore(lock.queue.size() - 1).build();
  }

  private void grant(Lock lock) {
    while (!lock.queue.isEmpty()) {
      Request next = lock.queue.get(0);
      long owners = lock.holders.stream().map(holder -> holder.id.getSessionId() + holder.wanted.getOwner()).distinct()
          .count();
      boolean free = lock.holders.isEmpty() || (next.shared() && lock.holders.stream().allMatch(Request::shared)
          && (next.wanted.getPermits() == 0 || owners < next.wanted.getPermits()));
      if (!free) {
        return;
      }
      lock.queue.remove(0);
      lock.holders.add(new Request(next.id, next.wanted, 0, ++lastToken));
    }
  }

  private static @Nullable Request find(Collection<Request> requests, LockRequestId id) {
    return requests.stream().filter(request -> request.id.equals(id)).findFirst().orElse(null);
  }

  LockState release(String name, LockRequestId id) {
    LockState was = state(name, id);
    Lock lock = locks.get(name);
    if (lock != null) {
      lock.holders.removeIf(request -> request.id.equals(id));
      lock.queue.removeIf(request -> request.id.equals(id));
      grant(lock);
    }
    return was;
  }

  private LockState state(String name, LockRequestId id) {
    Lock lock = locks.get(name);
    if (lock == null) {
      return LockState.GONE;
    }
    return find(lock.holders, id) != null
        ? LockState.HELD
        : find(lock.queue, id) != null ? LockState.WAITING : LockState.GONE;
  }

  /** Null: it still waits. */
  @Nullable
  LockAwaitResponse outcome(String name, LockRequestId id) {
    LockState state = state(name, id);
    if (state == LockState.WAITING) {
      return null;
    }
    LockAwaitResponse.Builder response = LockAwaitResponse.newBuilder().setState(state);
    Lock lock = locks.get(name);
    Request held = lock == null ? null : find(lock.holders, id);
    return response.setToken(held == null ? 0 : held.token).build();
  }

  boolean isHeld(String name, long sessionId, long sequence) {
    return state(name,
        LockRequestId.newBuilder().setSessionId(sessionId).setSequence(sequence).build()) == LockState.HELD;
  }

  boolean isHeld(String name, long token) {
    Lock lock = locks.get(name);
    return lock != null && lock.holders.stream().anyMatch(request -> request.token == token);
  }

  void endSession(long sessionId) {
    for (Lock lock : locks.values()) {
      lock.holders.removeIf(request -> request.id.getSessionId() == sessionId);
      lock.queue.removeIf(request -> request.id.getSessionId() == sessionId);
      grant(lock);
    }
  }

  void expireWaits(long nowMillis) {
    for (Lock lock : locks.values()) {
      lock.queue.removeIf(request -> request.waitUntil <= nowMillis);
      grant(lock);
    }
  }

  /** Requests granted or waiting. */
  long requestsOf(long sessionId) {
    return locks.values().stream().flatMap(lock -> Stream.concat(lock.holders.stream(), lock.queue.stream()))
        .filter(request -> request.id.getSessionId() == sessionId).count();
  }

  List<LockInfo> infos(String prefix) {
    List<LockInfo> infos = new ArrayList<>();
    locks.forEach((name, lock) -> {
      if (name.startsWith(prefix) && !(lock.holders.isEmpty() && lock.queue.isEmpty())) {
        LockInfo.Builder info = LockInfo.newBuilder().setName(name);
        lock.holders.forEach(request -> info.addHolders(request.info()).setMode(request.wanted.getMode())
            .setPermits(request.wanted.getPermits()));
        lock.queue.forEach(request -> info.addQueue(request.info()));
        infos.add(info.build());
      }
    });
    return infos;
  }
}
