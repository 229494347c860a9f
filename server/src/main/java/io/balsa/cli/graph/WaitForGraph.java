package io.balsa.cli.graph;

import io.balsa.client.lock.LockInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Who waits for whom at the locks, and which owners wait for each other.
 *
 * <p>A waiter waits for those that hold the lock and for those that stand before it in the queue, unless they and it can share the
 * lock. An owner that waits for anything is taken not to go on before it has been granted all that it waits for.
 *
 * <p><b>Owners</b> are told apart by their names: requests of one name are one owner's, also in several sessions, as when a program
 * under a lock starts another one that locks. Only where two sessions use a name at one lock each of them is an owner of its own.
 *
 * <p><b>Deadlocks</b> among owners are certain. {@link #possible()} are those that would be there if each client, with the programs that
 * it runs under its locks, were one owner: the names that the SDK makes up are new for each lock, so it cannot be told whether one
 * thread of a client waits while it holds, or one waits and another one holds and goes on.
 */
public final class WaitForGraph {
  private final List<Owner> owners;
  private final Map<Owner, List<String>> held = new TreeMap<>();
  private final List<Wait> waits;
  private final Set<String> moments = new TreeSet<>();
  private final List<Deadlock> deadlocks;
  private final List<Deadlock> possible;

  private WaitForGraph(List<LockInfo> locks) {
    Queues queues = new Queues(locks);
    Set<Owner> all = new TreeSet<>();
    for (Queues.Queue queue : queues.all) {
      for (Standing holder : queue.holders()) {
        List<String> names = held.computeIfAbsent(holder.owner(), owner -> new ArrayList<>());
        if (!names.contains(queue.lock().name())) {
          names.add(queue.lock().name());
        }
      }
      Stream.concat(queue.holders().stream(), queue.waiting().stream()).forEach(request -> {
        all.add(request.owner());
        moments.add(request.moment());
      });
    }
    owners = List.copyOf(all);
    waits = queues.waits();
    Set<Owner> stuck = StuckOwners.of(queues);
    deadlocks = cycles(stuck, Standing::owner,
        (waiter, blocker) -> stuck.contains(waiter) && stuck.contains(blocker));
    Clients clients = new Clients(queues);
    possible = cycles(clients.all(), clients::of, (waiter, blocker) -> !waiter.equals(blocker)).stream()
        .filter(this::isNoKnownOne).toList();
  }

  /** Of the locks in use, as of one moment. */
  public static WaitForGraph of(List<LockInfo> locks) {
    return new WaitForGraph(locks);
  }

  /** All that hold or wait. */
  public List<Owner> owners() {
    return owners;
  }

  /** The locks that an owner holds. */
  public List<String> heldBy(Owner owner) {
    return List.copyOf(held.getOrDefault(owner, List.of()));
  }

  /** Every request that waits, lock by lock, in the order of the queue. */
  public List<Wait> waits() {
    return waits;
  }

  /** Owners that wait for each other, for certain if the locks were read at one moment. */
  public List<Deadlock> deadlocks() {
    return deadlocks;
  }

  /** Clients that wait for each other, those left out whose owners are known to; they may go on nevertheless. */
  public List<Deadlock> possible() {
    return possible;
  }

  /**
   * Whether each request of the cycle was at its place when this graph was seen, too. Then it was there between the two looks,
   * all of it at one moment, though locks are read one after another.
   */
  public boolean showed(Deadlock deadlock) {
    return deadlock.cycle().stream().allMatch(step -> moments.contains(step.waits().waiter().moment())
        && moments.contains(step.blocking().moment()));
  }

  private boolean isNoKnownOne(Deadlock maybe) {
    return deadlocks.stream().noneMatch(known -> maybe.owners().containsAll(known.owners()));
  }

  private interface Counts<N> {
    boolean edge(N waiter, N blocker);
  }

  private <N extends Comparable<N>> List<Deadlock> cycles(Collection<N> nodes, Function<Standing, N> node,
      Counts<N> counts) {
    Map<N, List<Wait>> of = new TreeMap<>();
    waits.forEach(wait -> of.computeIfAbsent(node.apply(wait.waiter()), n -> new ArrayList<>()).add(wait));
    Cycles<N> cycles = new Cycles<>(waiter -> of.getOrDefault(waiter, List.of()).stream().flatMap(Wait::blockers)
        .map(node).filter(blocker -> counts.edge(waiter, blocker)));
    List<Deadlock> found = new ArrayList<>();
    for (Set<N> component : cycles.components(nodes)) {
      List<N> cycle = cycles.shortest(component.iterator().next(), component);
      List<Deadlock.Step> steps = new ArrayList<>();
      for (int i = 0; i < cycle.size(); i++) {
        steps.add(step(of.getOrDefault(cycle.get(i), List.of()), node, cycle.get((i + 1) % cycle.size())));
      }
      Set<Owner> stuck = new TreeSet<>();
      waits.stream().map(Wait::waiter).filter(waiter -> component.contains(node.apply(waiter)))
          .forEach(waiter -> stuck.add(waiter.owner()));
      found.add(new Deadlock(List.copyOf(stuck), steps));
    }
    return found;
  }

  private static <N> Deadlock.Step step(List<Wait> waits, Function<Standing, N> node, N next) {
    return waits.stream().flatMap(wait -> wait.blockers().filter(blocker -> node.apply(blocker).equals(next)).limit(1)
        .map(blocking -> new Deadlock.Step(wait, blocking))).findFirst().orElseThrow();
  }
}
