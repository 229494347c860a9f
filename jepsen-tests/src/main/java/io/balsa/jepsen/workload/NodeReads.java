package io.balsa.jepsen.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.kv.GetOption;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.client.routing.ReadBalance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One client counts a key up; each of the others reads it at one node and at no other, linearizable and stale in turn. A read must
 * not miss what had been acknowledged when it began, or longer than its age before that.
 */
public final class NodeReads extends Worker {
  private static final String KEY = "reads/number";
  private static final Duration WRITE_MOST = Duration.ofSeconds(60);
  /** A node that stands still costs its reader this much. */
  private static final Duration READ_MOST = Duration.ofSeconds(3);
  private static final Duration MAX_AGE = Duration.ofMillis(300);

  /** What was acknowledged when, on this process's monotonic clock, which the nodes of one machine share. */
  private final ConcurrentSkipListMap<Long, Long> acknowledged = new ConcurrentSkipListMap<>();
  private final List<String> nodes;
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private final AtomicLongArray linearizable;
  private final AtomicLongArray stale;

  /** @param nodes {@code host:port} each */
  public NodeReads(List<String> nodes) {
    super("node-reads", clients(nodes));
    this.nodes = nodes;
    this.linearizable = new AtomicLongArray(nodes.size());
    this.stale = new AtomicLongArray(nodes.size());
  }

  private static List<BalsaClient> clients(List<String> nodes) {
    List<BalsaClient> clients = new ArrayList<>();
    clients.add(BalsaClient.builder().endpoints(nodes).timeout(WRITE_MOST).build());
    for (String node : nodes) {
      clients.add(BalsaClient.builder().endpoints(node).readBalance(ReadBalance.RANDOM).timeout(READ_MOST).build());
    }
    return clients;
  }

  @Override
  void turn(BalsaClient client, int worker, long turn) {
    if (worker == 0) {
      client.kv().put(KEY, Long.toString(turn));
      acknowledged.put(System.nanoTime(), turn);
    } else if (turn % 2 == 0) {
      read(client, worker - 1, Duration.ZERO, linearizable);
    } else {
      read(client, worker - 1, MAX_AGE, stale, GetOption.stale(MAX_AGE));
    }
  }

  private void read(BalsaClient client, int node, Duration age, AtomicLongArray served, GetOption... options) {
    Map.Entry<Long, Long> before = acknowledged.lowerEntry(System.nanoTime() - age.toNanos());
    long least = before == null ? -1 : before.getValue();
    long read = client.unaryKv().get(KEY, options).map(KeyValue::utf8).map(Long::parseLong).orElse(-1L);
    served.incrementAndGet(node);
    if (read < least) {
      wrong.add("a read at " + nodes.get(node) + ", no older than " + age.toMillis() + " ms, saw " + read + "; " + least
          + " had been acknowledged before");
    }
  }

  /** Reads that this node has served so far. */
  public long served(int node) {
    return linearizable.get(node) + stale.get(node);
  }

  @Override
  public List<String> check(Kv reader) {
    List<String> all = new ArrayList<>(wrong);
    for (int node = 0; node < nodes.size(); node++) {
      if (linearizable.get(node) == 0 || stale.get(node) == 0) {
        all.add(nodes.get(node) + " served " + linearizable.get(node) + " linearizable reads and " + stale.get(node)
            + " that might be stale");
      }
    }
    return all;
  }

  @Override
  public String toString() {
    return "linearizable " + linearizable + ", stale " + stale + " by node, of " + acknowledged.size() + " writes";
  }
}
