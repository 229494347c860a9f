package io.balsa.jepsen.existing;

import io.balsa.client.BalsaClient;
import io.balsa.client.BalsaClientBuilder;
import io.balsa.client.cluster.NodeStatus;
import io.balsa.client.cluster.StateHash;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.RangeOption;
import io.balsa.client.routing.AddressResolver;
import io.balsa.jepsen.nemesis.Target;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.StateHashes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The nodes at some endpoints, which serve one cluster. Starts none and ends none. Safe for use by any thread. */
public final class ExistingCluster implements Target, AutoCloseable {
  private static final Duration ASK_MOST = Duration.ofSeconds(2);
  private static final Duration READY_MOST = Duration.ofMinutes(2);
  /** Whoever else writes may keep the nodes from meeting at an index, and then they are not compared. */
  private static final Duration HASHES_MOST = Duration.ofMinutes(1);
  private static final Duration CLEAR_MOST = Duration.ofSeconds(30);
  private static final int CLEARED_AT_ONCE = 1000;

  private final BalsaClient asking;
  private final Map<String, String> addresses = new LinkedHashMap<>();
  private final LogCollection logs;

  /**
   * Asks each node who it is.
   *
   * @param endpoints {@code host:port} of each
   * @param logs fetches what the nodes said
   * @throws IllegalStateException one does not answer, two are the same, or they are not of one cluster
   */
  public ExistingCluster(List<String> endpoints, LogCollection logs) {
    this.logs = logs;
    this.asking = BalsaClient.builder().endpoints(endpoints).build();
    try {
      long cluster = 0;
      for (String endpoint : endpoints) {
        NodeStatus status = status(endpoint).or(() -> status(endpoint)).or(() -> status(endpoint))
            .orElseThrow(() -> new IllegalStateException("there is no node of Balsa that answers at " + endpoint));
        if (addresses.put(status.id(), endpoint) != null) {
          throw new IllegalStateException("node " + status.id() + " answers at two of the endpoints");
        }
        if (cluster != 0 && cluster != status.clusterId()) {
          throw new IllegalStateException("node " + status.id() + " at " + endpoint
              + " belongs to another cluster than the nodes before it");
        }
        cluster = status.clusterId();
      }
    } catch (RuntimeException e) {
      asking.close();
      throw e;
    }
  }

  private Optional<NodeStatus> status(String address) {
    try {
      return Optional.of(asking.cluster().withTimeout(ASK_MOST).status(address));
    } catch (BalsaException e) {
      return Optional.empty();
    }
  }

  private List<NodeStatus> statuses() {
    return addresses.values().stream().flatMap(address -> status(address).stream()).toList();
  }

  @Override
  public String backend() {
    return "an existing cluster";
  }

  @Override
  public List<Node> nodes() {
    return addresses.entrySet().stream().map(node -> new Node(node.getKey(), node.getValue())).toList();
  }

  @Override
  public AddressResolver clients() {
    return AddressResolver.AS_IS;
  }

  @Override
  public BalsaClientBuilder client() {
    return BalsaClient.builder().endpoints(List.copyOf(addresses.values()));
  }

  @Override
  public Optional<String> leader() {
    return statuses().stream()
        .max(Comparator.comparingLong(NodeStatus::term).thenComparing(ExistingCluster::leads))
        .filter(ExistingCluster::leads).map(NodeStatus::id);
  }

  private static boolean leads(NodeStatus status) {
    return status.role().equals("LEADER");
  }

  @Override
  public void awaitReady() {
    Await.until(READY_MOST, () -> {
      List<NodeStatus> answers = statuses();
      return answers.size() == addresses.size() && answers.stream().allMatch(NodeStatus::ready);
    }, () -> "not all are ready\n" + describe());
  }

  /** Who has ended is not known, and nobody is started: a node that stays away is one that does not become ready. */
  @Override
  public List<String> reviveTheDead() {
    return List.of();
  }

  @Override
  public String describe() {
    List<String> lines = new ArrayList<>();
    addresses.forEach((id, address) -> lines.add(id + " (" + address + "): " + status(address)
        .map(status -> status.role() + ", term " + status.term() + ", applied " + status.appliedIndex() + ", ready "
            + status.ready())
        .orElse("no answer")));
    return String.join("\n", lines);
  }

  @Override
  public String version() {
    return statuses().stream().map(NodeStatus::version).distinct().collect(Collectors.joining(", "));
  }

  @Override
  public Optional<Map<String, StateHash>> hashes() {
    try {
      return Optional.of(new StateHashes(asking, addresses).await(HASHES_MOST, this::describe));
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
  }

  @Override
  public Map<String, Path> logs() {
    return logs.collect(nodes());
  }

  /**
   * Deletes every key that begins so.
   *
   * @throws BalsaException they cannot be deleted now
   */
  public void clear(String prefix) {
    Kv kv = asking.unaryKv().withTimeout(CLEAR_MOST);
    KeyRange keys = KeyRange.prefix(prefix);
    for (List<KeyValue> some = first(kv, keys); !some.isEmpty(); some = first(kv, keys)) {
      byte[] last = some.get(some.size() - 1).key();
      kv.delete(KeyRange.between(some.get(0).key(), Arrays.copyOf(last, last.length + 1))); // the end is excluded
    }
  }

  private static List<KeyValue> first(Kv kv, KeyRange keys) {
    return kv.range(keys, RangeOption.keysOnly(), RangeOption.limit(CLEARED_AT_ONCE)).stream().toList();
  }

  @Override
  public void close() {
    asking.close();
  }
}
