package io.balsa.cli.graph;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Sessions, those put together that an owner stands in or that run one under the lock of the other; each known by the lowest of
 * its sessions.
 */
final class Clients {
  private final Map<Long, Long> joined = new TreeMap<>();

  Clients(Queues queues) {
    Map<Owner, Long> sessionOf = new TreeMap<>();
    for (Queues.Queue queue : queues.all) {
      Stream.concat(queue.holders().stream(), queue.waiting().stream()).forEach(request -> {
        long session = request.request().sessionId();
        joined.putIfAbsent(session, session);
        Long other = sessionOf.putIfAbsent(request.owner(), session);
        if (other != null) {
          join(session, other);
        }
      });
    }
    Map<String, Long> sessionOfName = new TreeMap<>();
    sessionOf.forEach((owner, session) -> sessionOfName.put(owner.name(), session));
    sessionOf.forEach((owner, session) -> {
      Long runsIt = sessionOfName.get(owner.name().substring(0, Math.max(0, owner.name().lastIndexOf(Owner.RUNS))));
      if (runsIt != null && owner.name().contains(Owner.RUNS)) {
        join(session, runsIt);
      }
    });
  }

  private void join(long one, long other) {
    long a = lowest(one);
    long b = lowest(other);
    joined.put(Math.max(a, b), Math.min(a, b));
  }

  private long lowest(long session) {
    long at = session;
    for (long next = joined.getOrDefault(at, at); next != at; next = joined.getOrDefault(at, at)) {
      at = next;
    }
    return at;
  }

  Set<Long> all() {
    Set<Long> all = new TreeSet<>();
    joined.keySet().forEach(session -> all.add(lowest(session)));
    return all;
  }

  Long of(Standing request) {
    return lowest(request.request().sessionId());
  }
}
