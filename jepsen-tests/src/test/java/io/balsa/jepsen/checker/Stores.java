package io.balsa.jepsen.checker;

import io.balsa.jepsen.checker.SerialRun.Done;
import io.balsa.jepsen.checker.SerialRun.Store;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Stores in memory, each with the operations of one kind of workload, at their right. */
final class Stores {
  private Stores() {}

  static Store counters() {
    Map<String, Long> counters = new TreeMap<>();
    return new Store() {
      @Override
      public Done act(Random random, int client, boolean happens) {
        String name = "c" + random.nextInt(2);
        long value = counters.getOrDefault(name, 0L);
        if (random.nextInt(3) == 0) {
          return new Done("read", List.of(name), value);
        }
        long delta = 1L + random.nextInt(4);
        if (happens) {
          counters.put(name, value + delta);
        }
        return new Done("add", List.of(name, delta), value + delta);
      }

      @Override
      public List<Done> last() {
        return List.of(new Done("read", List.of("c0"), counters.getOrDefault("c0", 0L)),
            new Done("read", List.of("c1"), counters.getOrDefault("c1", 0L)));
      }
    };
  }

  static Store sets() {
    Map<String, TreeSet<Long>> sets = new TreeMap<>(Map.of("s0", new TreeSet<>(), "s1", new TreeSet<>()));
    long[] elements = new long[1];
    return new Store() {
      @Override
      public Done act(Random random, int client, boolean happens) {
        String name = "s" + random.nextInt(2);
        TreeSet<Long> set = sets.getOrDefault(name, new TreeSet<>());
        if (random.nextInt(3) == 0) {
          return new Done("read", List.of(name), List.copyOf(set));
        }
        long element = elements[0]++;
        if (happens) {
          set.add(element);
        }
        return new Done("add", List.of(name, element), 1L);
      }

      @Override
      public List<Done> last() {
        return sets.entrySet().stream()
            .map(set -> new Done("read", List.of(set.getKey()), List.copyOf(set.getValue()))).toList();
      }
    };
  }

  static Store bank(int accounts, long opening) {
    long[] balances = new long[accounts];
    Arrays.fill(balances, opening);
    Map<Integer, Long> tallies = new TreeMap<>();
    long[] revision = {1};
    return new Store() {
      @Override
      public Done act(Random random, int client, boolean happens) {
        if (random.nextInt(3) == 0) {
          return read();
        }
        int from = random.nextInt(accounts);
        int to = (from + 1 + random.nextInt(accounts - 1)) % accounts;
        long wanted = 1L + random.nextInt(8);
        long amount = Math.min(wanted, balances[from]);
        long tally = tallies.getOrDefault(client, 0L) + 1;
        List<Object> result = List.of(amount, balances[from] - amount, balances[to] + amount, tally, revision[0] + 1);
        if (happens) {
          balances[from] -= amount;
          balances[to] += amount;
          tallies.put(client, tally);
          revision[0]++;
        }
        return new Done("transfer", List.of((long) client, (long) from, (long) to, wanted), result);
      }

      private Done read() {
        return new Done("read", List.of("range"), List.of(revision[0], Arrays.stream(balances).boxed().toList()));
      }

      @Override
      public List<Done> last() {
        return List.of(read(), new Done("tallies", List.of(),
            tallies.entrySet().stream().map(row -> List.of((long) row.getKey(), row.getValue())).toList()));
      }
    };
  }

  static Store sessions() {
    Map<Integer, List<Long>> puts = new HashMap<>();
    Map<Integer, Long> called = new HashMap<>();
    long[] revision = {1};
    return new Store() {
      @Override
      public Done act(Random random, int client, boolean happens) {
        if (random.nextInt(4) == 0) {
          return read(client);
        }
        List<Long> own = puts.computeIfAbsent(client, first -> new ArrayList<>());
        List<Object> calls = new ArrayList<>();
        List<Object> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          long before = own.isEmpty() ? 0 : own.get(own.size() - 1);
          if (random.nextInt(3) == 0) {
            calls.add(List.of("get", called.getOrDefault(client, 0L)));
            answers.add(before);
          } else {
            long value = called.merge(client, 1L, Long::sum);
            calls.add(List.of("put", value));
            answers.add(List.of(++revision[0], before, (long) own.size()));
            if (happens) {
              own.add(value);
            }
          }
        }
        return new Done("pipeline", List.of("s" + client, calls), answers);
      }

      private Done read(int client) {
        List<Long> own = puts.getOrDefault(client, List.of());
        return new Done("read", List.of("s" + client), own.isEmpty() ? 0 : own.get(own.size() - 1));
      }

      @Override
      public List<Done> last() {
        return called.keySet().stream().map(this::read).toList();
      }

      // Calls of a session take effect in their order.
      @Override
      public int lateMost() {
        return 1;
      }
    };
  }

  static Store watched(int watchers) {
    Map<String, Object[]> keys = new TreeMap<>();
    List<List<Object>> told = new ArrayList<>();
    long[] revision = {10};
    long[] values = new long[1];
    return new Store() {
      @Override
      public Done act(Random random, int client, boolean happens) {
        List<List<Object>> changes = new ArrayList<>();
        for (int key = random.nextInt(4), last = key + random.nextInt(2); key <= last; key++) {
          changes.add(random.nextInt(5) == 0 ? List.of("k" + key) : List.of("k" + key, ++values[0]));
        }
        List<Object> events = happens ? changes.stream().map(this::apply).filter(event -> !event.isEmpty())
            .<Object>map(event -> event).toList() : List.of();
        if (!events.isEmpty()) {
          told.add(List.of(++revision[0], events));
        }
        return new Done("write", changes, events.isEmpty() ? 0L : revision[0]);
      }

      // Returns the event; empty: nothing changed.
      private List<Object> apply(List<Object> change) {
        String key = (String) change.get(0);
        Object[] before = keys.remove(key);
        if (change.size() == 1) {
          return before == null ? List.of() : change;
        }
        long version = before == null ? 1 : (long) before[1] + 1;
        keys.put(key, new Object[]{change.get(1), version});
        return List.of(key, change.get(1), version);
      }

      @Override
      public List<Done> last() {
        List<Done> all = new ArrayList<>();
        all.add(new Done("read", List.of(), List.of(revision[0], keys.entrySet().stream()
            .map(row -> List.of(row.getKey(), row.getValue()[0], row.getValue()[1])).toList())));
        for (long watcher = 0; watcher < watchers; watcher++) {
          int half = told.size() / 2;
          all.add(new Done("watch", List.of(watcher, 1L),
              List.of(revision[0], List.copyOf(told.subList(half, told.size())))));
          all.add(new Done("watch", List.of(watcher, 0L), List.of(revision[0], List.copyOf(told.subList(0, half)))));
        }
        return all;
      }
    };
  }
}
