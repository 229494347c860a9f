package io.balsa.cli.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the owners that can never go on, by letting all others go on: whoever waits for nothing ends and lets go of everything,
 * the locks are granted as the cluster would do it (K5), and so on until nothing changes. That is exact also where one of several
 * holders is enough, as with the permits of a semaphore.
 */
final class StuckOwners {
  private static final class Lock {
    final Map<Owner, Boolean> exclusiveByHolder = new TreeMap<>();
    final List<Standing> queue;
    final Set<Integer> granted = new TreeSet<>();
    final long permits;
    int exclusives;
    int head;

    Lock(Queues.Queue queue) {
      this.queue = queue.waiting();
      this.permits = queue.lock().permits();
      queue.holders().forEach(this::hold);
    }

    void hold(Standing request) {
      boolean was = exclusiveByHolder.getOrDefault(request.key(), false);
      exclusiveByHolder.put(request.key(), was || !request.shared());
      exclusives += was || request.shared() ? 0 : 1;
    }

    void letGo(Owner key) {
      Boolean was = exclusiveByHolder.remove(key);
      exclusives -= was != null && was ? 1 : 0;
    }

    boolean admitsHead() {
      while (granted.contains(head)) {
        head++;
      }
      return head < queue.size() && (queue.get(head).shared()
          ? exclusives == 0 && (permits == 0 || exclusiveByHolder.size() < permits)
          : exclusiveByHolder.isEmpty());
    }
  }

  /** Where an owner holds, or may hold when it is granted what it waits for. */
  private record Place(Lock lock, Owner key) {}

  private final List<Lock> locks = new ArrayList<>();
  private final Map<Owner, List<Place>> places = new TreeMap<>();
  private final Map<Owner, Integer> waits = new TreeMap<>();
  private final Deque<Owner> free = new ArrayDeque<>();

  private StuckOwners(Queues queues) {
    for (Queues.Queue queue : queues.all) {
      Lock lock = new Lock(queue);
      locks.add(lock);
      queue.holders().forEach(request -> stands(lock, request, 0));
      queue.waiting().forEach(request -> stands(lock, request, 1));
    }
  }

  private void stands(Lock lock, Standing request, int waiting) {
    places.computeIfAbsent(request.owner(), owner -> new ArrayList<>()).add(new Place(lock, request.key()));
    waits.merge(request.owner(), waiting, Integer::sum);
  }

  static Set<Owner> of(Queues queues) {
    return new StuckOwners(queues).find();
  }

  private Set<Owner> find() {
    waits.forEach((owner, waiting) -> {
      if (waiting == 0) {
        free.add(owner);
      }
    });
    locks.forEach(this::grant);
    while (!free.isEmpty()) {
      for (Place place : places.getOrDefault(free.remove(), List.of())) {
        place.lock().letGo(place.key());
        grant(place.lock());
      }
    }
    Set<Owner> stuck = new TreeSet<>();
    waits.forEach((owner, waiting) -> {
      if (waiting > 0) {
        stuck.add(owner);
      }
    });
    return stuck;
  }

  private void grant(Lock lock) {
    while (lock.admitsHead()) {
      Standing head = lock.queue.get(lock.head);
      grant(lock, lock.head);
      for (int i = lock.head + 1; i < lock.queue.size() && !head.key().name().isEmpty(); i++) {
        Standing other = lock.queue.get(i);
        if (other.key().equals(head.key()) && (other.shared() || !head.shared()) && !lock.granted.contains(i)) {
          grant(lock, i);
        }
      }
    }
  }

  private void grant(Lock lock, int position) {
    Standing request = lock.queue.get(position);
    lock.granted.add(position);
    lock.hold(request);
    if (waits.merge(request.owner(), -1, Integer::sum) == 0) {
      free.add(request.owner());
    }
  }
}
