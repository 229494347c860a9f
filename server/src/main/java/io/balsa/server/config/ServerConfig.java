package io.balsa.server.config;

import io.balsa.raft.log.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one node is to be, checked. Made by {@link #load}; immutable.
 *
 * @param listen        where clients connect
 * @param advertise     how clients reach {@code listen}; goes into the member record
 * @param peerListen    where other nodes connect; null: at {@code listen}
 * @param peerAdvertise how other nodes reach this one; goes into the member record
 * @param cluster       the peer addresses of all nodes of --cluster, this one included; empty with --join
 * @param join          addresses of a running cluster that has added this node; empty with --cluster
 * @param peerRoutes    addresses to dial in place of a member's own
 * @param zone          of the member record; null: not given
 * @param priority      of the member record; null: not given
 * @param spaceQuotaBytes what the state may take before puts are refused; 0: there is no quota
 * @param opsListen     where /health, /ready and /metrics are served; null: nowhere
 */
public record ServerConfig(NodeId id, Path data, HostPort listen, HostPort advertise, @Nullable HostPort peerListen,
    HostPort peerAdvertise, NavigableMap<NodeId, HostPort> cluster, List<HostPort> join,
    NavigableMap<NodeId, HostPort> peerRoutes, @Nullable String zone, @Nullable Integer priority,
    Replacement replacement, @Nullable HostPort opsListen, RequestLimits limits, long sessionTtlMinMillis,
    long leaseTtlMinMillis, LogLimits log, HistoryLimits history, long spaceQuotaBytes) {

  /** Three times the shortest election timeout: a session that ends sooner would not outlive a failover. */
  private static final long SESSION_TTL_MIN_MILLIS_DEFAULT = 3_000;
  /** Shorter than a failover: such a lease does not outlive one, which is for whoever asks for it to know. */
  private static final long LEASE_TTL_MIN_MILLIS_DEFAULT = 500;
  private static final int CLUSTER_NODES_MAX = 9;
  private static final Duration AGE_MIN = Duration.ofSeconds(1);
  /** Room for tens of millions of small keys, and still well within any disk of a server: a full disk stops the node (E3). */
  private static final long SPACE_QUOTA_BYTES_DEFAULT = 8L << 30;
  /** Memtables alone take some of it. */
  private static final long SPACE_QUOTA_BYTES_MIN = 16L << 20;

  /**
   * @param flags       what stood on the command line
   * @param environment of the process; BALSA_* is read, unknown variables are not ours to judge
   * @throws ConfigException if a setting is missing or wrong; the message says what to write
   */
  public static ServerConfig load(Map<Setting, String> flags, Map<String, String> environment) throws ConfigException {
    SettingSources sources = SettingSources.read(flags, environment);
    NodeId id = ClusterList.nodeId(sources.origin(Setting.ID), required(sources, Setting.ID));
    Path data = Path.of(required(sources, Setting.DATA)).toAbsolutePath().normalize();
    HostPort listen = listening(sources, Setting.LISTEN, required(sources, Setting.LISTEN));
    NavigableMap<NodeId, HostPort> cluster = nodes(sources, Setting.CLUSTER);
    List<HostPort> join = joins(sources);
    requireOneOf(sources, cluster, join, id);

    String peerListenText = sources.value(Setting.PEER_LISTEN);
    HostPort peerListen = peerListenText == null ? null : listening(sources, Setting.PEER_LISTEN, peerListenText);
    if (listen.equals(peerListen)) {
      peerListen = null;
    }
    HostPort inCluster = cluster.get(id);
    HostPort peerAdvertise = peerAdvertise(sources, id, inCluster, listen, peerListen);
    HostPort advertise = address(sources, Setting.ADVERTISE);
    if (advertise == null) {
      advertise = listen.isWildcard() ? new HostPort(peerAdvertise.host(), listen.port()) : listen;
    }
    String opsText = sources.value(Setting.OPS_LISTEN);
    HostPort opsListen = opsText == null ? null : HostPort.parse(sources.origin(Setting.OPS_LISTEN), opsText);
    return new ServerConfig(id, data, listen, advertise, peerListen, peerAdvertise, cluster, join,
        nodes(sources, Setting.PEER_ROUTE), zone(sources), priority(sources), replacement(sources), opsListen,
        limits(sources),
        number(sources, Setting.SESSION_TTL_MIN_MILLIS, SESSION_TTL_MIN_MILLIS_DEFAULT, 500, 3_600_000),
        number(sources, Setting.LEASE_TTL_MIN_MILLIS, LEASE_TTL_MIN_MILLIS_DEFAULT, 1, 3_600_000), logLimits(sources),
        history(sources), spaceQuota(sources));
  }

  private static void requireOneOf(SettingSources sources, NavigableMap<NodeId, HostPort> cluster, List<HostPort> join,
      NodeId id) throws ConfigException {
    if (cluster.isEmpty() == join.isEmpty()) {
      throw new ConfigException(cluster.isEmpty()
          ? "--cluster is missing: list all nodes, this one included: --cluster " + id
              + "=HOST:PORT,n2=HOST:PORT,n3=HOST:PORT"
          : "--cluster and --join exclude each other: --cluster forms a new cluster, --join starts a member that a running "
              + "cluster has added");
    }
    if (!cluster.isEmpty() && !cluster.containsKey(id)) {
      throw new ConfigException(sources.origin(Setting.CLUSTER) + " does not name this node: " + id + " is not one of "
          + cluster.keySet() + "; add it, or give the --id of one of them");
    }
    if (cluster.size() > CLUSTER_NODES_MAX) {
      throw new ConfigException(sources.origin(Setting.CLUSTER) + " names " + cluster.size() + " nodes; at most "
          + CLUSTER_NODES_MAX + " vote, and 3 or 5 are what serves best");
    }
  }

  private static HostPort peerAdvertise(SettingSources sources, NodeId id, @Nullable HostPort inCluster,
      HostPort listen,
      @Nullable HostPort peerListen) throws ConfigException {
    HostPort given = address(sources, Setting.PEER_ADVERTISE);
    HostPort bound = peerListen == null ? listen : peerListen;
    if (inCluster == null) {
      if (given == null && bound.isWildcard()) {
        throw new ConfigException("--peer-advertise is missing: other nodes cannot dial " + bound);
      }
      return given == null ? bound : given;
    }
    if (given != null && !given.equals(inCluster)) {
      throw new ConfigException(sources.origin(Setting.PEER_ADVERTISE) + " says " + given + " and "
          + sources.origin(Setting.CLUSTER) + " says " + inCluster + " for " + id + "; they must be the same");
    }
    if (given == null && inCluster.port() != bound.port()) {
      throw new ConfigException(
          sources.origin(Setting.CLUSTER) + " lists peer addresses, and says " + inCluster + " for " + id
              + ", but this node takes peers at " + bound + ": give --peer-listen H:" + inCluster.port()
              + ", or, where a proxy forwards, --peer-advertise " + inCluster);
    }
    return inCluster;
  }

  private static @Nullable String zone(SettingSources sources) throws ConfigException {
    String zone = sources.value(Setting.ZONE);
    String problem = zone == null ? null : Labels.zoneProblem(zone);
    if (problem != null) {
      throw new ConfigException(sources.origin(Setting.ZONE) + ": " + problem);
    }
    return zone;
  }

  private static @Nullable Integer priority(SettingSources sources) throws ConfigException {
    return sources.value(Setting.PRIORITY) == null ? null
        : (Integer) (int) number(sources, Setting.PRIORITY, 0, Labels.PRIORITY_MIN, Labels.PRIORITY_MAX);
  }

  private static Replacement replacement(SettingSources sources) throws ConfigException {
    String text = sources.value(Setting.AUTO_REPLACE);
    boolean automatic = text == null ? Replacement.DEFAULT.automatic() : switch (text.toLowerCase(Locale.ROOT)) {
      case "on", "true" -> true;
      case "off", "false" -> false;
      default -> throw new ConfigException(
          sources.origin(Setting.AUTO_REPLACE) + ": \"" + text + "\" is neither on nor off");
    };
    return new Replacement(automatic,
        number(sources, Setting.REPLACE_AFTER_MILLIS, Replacement.DEFAULT.afterMillis(), 1_000, 86_400_000));
  }

  private static HistoryLimits history(SettingSources sources) throws ConfigException {
    String text = sources.value(Setting.COMPACT_AGE);
    Duration age = text == null ? HistoryLimits.DEFAULT.age() : HistoryLimits.parseAge(text);
    if (age == null) {
      throw new ConfigException(sources.origin(Setting.COMPACT_AGE) + ": \"" + text
          + "\" is no time: write it like 90s, 30m, 1h or 7d, or 0 for none");
    }
    if (!age.isZero() && age.compareTo(AGE_MIN) < 0) {
      throw new ConfigException(sources.origin(Setting.COMPACT_AGE) + ": " + text + " is less than a second");
    }
    return new HistoryLimits(age,
        number(sources, Setting.COMPACT_COUNT, HistoryLimits.DEFAULT.revisions(), 0, Long.MAX_VALUE));
  }

  private static long spaceQuota(SettingSources sources) throws ConfigException {
    long bytes = number(sources, Setting.SPACE_QUOTA, SPACE_QUOTA_BYTES_DEFAULT, 0, Long.MAX_VALUE);
    if (bytes != 0 && bytes < SPACE_QUOTA_BYTES_MIN) {
      throw new ConfigException(sources.origin(Setting.SPACE_QUOTA) + ": " + bytes + " is less than "
          + SPACE_QUOTA_BYTES_MIN + ", the least that a node can work with; 0 sets no quota");
    }
    return bytes;
  }

  private static LogLimits logLimits(SettingSources sources) throws ConfigException {
    LogLimits otherwise = LogLimits.DEFAULT;
    long segmentBytes = number(sources, Setting.LOG_SEGMENT_BYTES, otherwise.segmentBytes(), 64 << 10, 1 << 30);
    if (segmentBytes % LogLimits.PAGE_BYTES != 0) {
      throw new ConfigException(sources.origin(Setting.LOG_SEGMENT_BYTES) + ": " + segmentBytes + " is no multiple of "
          + LogLimits.PAGE_BYTES);
    }
    return new LogLimits((int) segmentBytes,
        (int) number(sources, Setting.LOG_KEEP_ENTRIES, otherwise.keepEntries(), 0, Integer.MAX_VALUE),
        number(sources, Setting.LOG_FLUSH_BYTES, otherwise.flushBytes(), 64 << 10, 1L << 40));
  }

  private static RequestLimits limits(SettingSources sources) throws ConfigException {
    RequestLimits most = RequestLimits.DEFAULT;
    return new RequestLimits(
        (int) number(sources, Setting.KEY_BYTES_MAX, most.keyBytesMax(), 1, most.keyBytesMax()),
        (int) number(sources, Setting.VALUE_BYTES_MAX, most.valueBytesMax(), 1, most.valueBytesMax()),
        (int) number(sources, Setting.REQUEST_BYTES_MAX, most.requestBytesMax(), 1024, most.requestBytesMax()));
  }

  private static long number(SettingSources sources, Setting setting, long otherwise, long min, long max)
      throws ConfigException {
    String text = sources.value(setting);
    if (text == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new ConfigException(sources.origin(setting) + ": \"" + text + "\" is not a whole number");
    }
    throw new ConfigException(sources.origin(setting) + ": " + text + " is not between " + min + " and " + max);
  }

  private static NavigableMap<NodeId, HostPort> nodes(SettingSources sources, Setting setting) throws ConfigException {
    String text = sources.value(setting);
    return text == null ? Collections.unmodifiableNavigableMap(new TreeMap<>())
        : ClusterList.parse(sources.origin(setting), text);
  }

  private static List<HostPort> joins(SettingSources sources) throws ConfigException {
    String text = sources.value(Setting.JOIN);
    List<HostPort> addresses = new ArrayList<>();
    if (text != null) {
      for (String part : text.split(",", -1)) {
        addresses.add(HostPort.parse(sources.origin(Setting.JOIN), part.strip()));
      }
    }
    return List.copyOf(addresses);
  }

  private static @Nullable HostPort address(SettingSources sources, Setting setting) throws ConfigException {
    String text = sources.value(setting);
    if (text == null) {
      return null;
    }
    HostPort address = HostPort.parse(sources.origin(setting), text);
    if (address.port() == 0 || address.isWildcard()) {
      throw new ConfigException(
          sources.origin(setting) + ": nobody can dial " + address + "; give an address of this machine");
    }
    return address;
  }

  private static HostPort listening(SettingSources sources, Setting setting, String text) throws ConfigException {
    HostPort address = HostPort.parse(sources.origin(setting), text);
    if (address.port() == 0) {
      throw new ConfigException(sources.origin(setting) + ": other processes must know the port; give one above 0");
    }
    return address;
  }

  private static String required(SettingSources sources, Setting setting) throws ConfigException {
    String value = sources.value(setting);
    if (value == null || value.isEmpty()) {
      throw new ConfigException(setting.flag() + " " + setting.valueLabel() + " is missing: " + setting.description()
          + " (or " + setting.environmentVariable() + ", or " + setting.key() + " in the --config file)");
    }
    return value;
  }
}
