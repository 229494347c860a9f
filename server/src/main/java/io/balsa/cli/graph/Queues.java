package io.balsa.cli.graph;

import io.balsa.client.lock.LockInfo;
import io.balsa.client.lock.LockRequestInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The locks with their requests by owner, and whom each waiter waits for. */
final class Queues {
  /** One lock. */
  record Queue(LockInfo lock, List<Standing> holders, List<Standing> waiting) {}

  final List<Queue> all = new ArrayList<>();

  Queues(List<LockInfo> locks) {
    Set<String> several = usedBySeveral(locks);
    for (LockInfo lock : locks) {
      all.add(new Queue(lock, standings(lock.holders(), several), standings(lock.queue(), several)));
    }
  }

  /** Names that stand at one lock in two sessions: the cluster tells those apart, so each session's is an owner of its own. */
  private static Set<String> usedBySeveral(List<LockInfo> locks) {
    Set<String> several = new TreeSet<>();
    for (LockInfo lock : locks) {
      Map<String, Long> sessions = new TreeMap<>();
      Stream.concat(lock.holders().stream(), lock.queue().stream()).forEach(request -> {
        Long other = sessions.put(request.owner(), request.sessionId());
        if (other != null && other != request.sessionId()) {
          several.add(request.owner());
        }
      });
    }
    return several;
  }

  private static List<Standing> standings(List<LockRequestInfo> requests, Set<String> several) {
    return requests.stream().map(request -> {
      Owner key = Owner.ofSession(request);
      boolean own = key.name().isEmpty() || several.contains(key.name());
      return new Standing(own ? key : Owner.named(key.name()), key, request);
    }).toList();
  }

  /** Every request that waits, lock by lock, in the order of the queue. */
  List<Wait> waits() {
    List<Wait> waits = new ArrayList<>();
    for (Queue queue : all) {
      addWaits(queue, waits);
    }
    return waits;
  }

  private static void addWaits(Queue queue, List<Wait> waits) {
    Map<Owner, Standing> once = new LinkedHashMap<>();
    queue.holders().forEach(holder -> once.merge(holder.key(), holder, (one, other) -> one.shared() ? other : one));
    List<Standing> holders = List.copyOf(once.values());
    List<Standing> exclusive = holders.stream().filter(holder -> !holder.shared()).toList();
    int permits = queue.lock().permits();
    List<Standing> forShared = permits > 0 && holders.size() >= permits ? holders : exclusive;
    Map<Owner, Standing> earlier = new TreeMap<>();
    int lastExclusive = -1;
    for (int i = 0; i < queue.waiting().size(); i++) {
      Standing waiter = queue.waiting().get(i);
      Standing own = earlier.get(waiter.key());
      boolean reenters = own != null && (waiter.shared() || !own.shared());
      int from = Math.max(0, lastExclusive);
      int to = waiter.shared() && permits == 0 ? lastExclusive + 1 : i;
      waits.add(new Wait(queue.lock().name(), i + 1, waiter, waiter.shared() ? forShared : holders,
          reenters || to <= from ? List.of() : queue.waiting().subList(from, to)));
      if (!reenters) {
        earlier.merge(waiter.key(), waiter, (one, other) -> one.shared() ? other : one);
        // One that re-enters is granted together with an earlier one: those between do not wait for it.
        lastExclusive = waiter.shared() ? lastExclusive : i;
      }
    }
  }
}
