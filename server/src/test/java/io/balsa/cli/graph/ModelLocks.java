package io.balsa.cli.graph;

import io.balsa.client.lock.LockInfo;
import io.balsa.client.lock.LockMode;
import io.balsa.client.lock.LockRequestInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Locks by K3 and K5, as plainly as they can be written, and who waits for whom, likewise. */
final class ModelLocks {
  private static final class Lock {
    final int permits;
    final List<Request> holders = new ArrayList<>();
    final List<Request> queue = new ArrayList<>();

    Lock(int permits) {
      this.permits = permits;
    }

    long owners() {
      return holders.stream().map(Request::who).distinct().count();
    }

    boolean admits(Request request) {
      return holders.isEmpty() || (request.shared && holders.stream().allMatch(holder -> holder.shared)
          && (permits == 0 || owners() < permits));
    }

    void grant() {
      while (!queue.isEmpty() && admits(queue.get(0))) {
        Request head = queue.get(0);
        List<Request> taken = queue.stream().filter(other -> other.equals(head)
            || (other.who().equals(head.who()) && (other.shared || !head.shared))).toList();
        queue.removeAll(taken);
        holders.addAll(taken);
      }
    }
  }

  private record Request(long session, long sequence, String owner, boolean shared) {
    String who() {
      return session + "/" + owner;
    }

    LockRequestInfo info(boolean held) {
      return new LockRequestInfo(session, sequence, owner, shared ? LockMode.SHARED : LockMode.EXCLUSIVE,
          held ? 1_000 + sequence : 0, Duration.ofMillis(1_000 - sequence), Optional.empty());
    }
  }

  private final TreeMap<String, Lock> locks = new TreeMap<>();
  private long sequence;

  /** @param permits the same at each use of a lock; 0: any number */
  ModelLocks acquire(long session, String owner, String name, boolean shared, int permits) {
    Lock lock = locks.computeIfAbsent(name, n -> new Lock(permits));
    Request request = new Request(session, ++sequence, owner, shared);
    List<Request> own = lock.holders.stream().filter(holder -> holder.who().equals(request.who())).toList();
    if (own.isEmpty()) {
      lock.queue.add(request);
      lock.grant();
    } else if (shared || own.stream().anyMatch(holder -> !holder.shared)) {
      lock.holders.add(request);
    } // else LOCK_UPGRADE
    return this;
  }

  ModelLocks exclusive(long session, String owner, String name) {
    return acquire(session, owner, name, false, 0);
  }

  ModelLocks shared(long session, String owner, String name) {
    return acquire(session, owner, name, true, 0);
  }

  List<LockInfo> infos() {
    List<LockInfo> infos = new ArrayList<>();
    locks.forEach((name, lock) -> infos.add(new LockInfo(name,
        lock.holders.stream().allMatch(holder -> holder.shared) ? LockMode.SHARED : LockMode.EXCLUSIVE, lock.permits,
        lock.holders.stream().map(request -> request.info(true)).toList(),
        lock.queue.stream().map(request -> request.info(false)).toList())));
    return infos;
  }

  /** Every edge from a waiter to who must let go before it, by owners' names: each has one session here. */
  boolean[][] edges(List<String> owners) {
    boolean[][] edges = new boolean[owners.size()][owners.size()];
    for (Lock lock : locks.values()) {
      for (int i = 0; i < lock.queue.size(); i++) {
        Request waiter = lock.queue.get(i);
        for (Request holder : lock.holders) {
          if (!(waiter.shared && holder.shared)) {
            edges[owners.indexOf(waiter.owner)][owners.indexOf(holder.owner)] = true;
          }
        }
        List<Request> before = lock.queue.subList(0, i);
        if (before.stream().noneMatch(own -> own.who().equals(waiter.who()) && (waiter.shared || !own.shared))) {
          for (Request other : before) {
            if (!(waiter.shared && other.shared)) {
              edges[owners.indexOf(waiter.owner)][owners.indexOf(other.owner)] = true;
            }
          }
        }
      }
    }
    return edges;
  }

  /** Lets whoever waits for nothing end, again and again; those are left that never can. Changes the locks. */
  List<String> neverEnd(List<String> owners) {
    boolean ended = true;
    while (ended) {
      ended = false;
      for (String owner : owners) {
        boolean waits = locks.values().stream()
            .anyMatch(lock -> lock.queue.stream().anyMatch(r -> r.owner.equals(owner)));
        if (!waits) {
          for (Lock lock : locks.values()) {
            ended |= lock.holders.removeIf(r -> r.owner.equals(owner));
            lock.grant();
          }
        }
      }
    }
    return owners.stream()
        .filter(owner -> locks.values().stream().anyMatch(l -> l.queue.stream().anyMatch(r -> r.owner.equals(owner))))
        .toList();
  }
}
