package io.balsa.server.config;

import java.util.Locale;

/**
 * Every setting of a node. The key is the flag without its dashes ({@code --peer-listen}), the key in the YAML file
 * ({@code peer-listen: ...}) and, in capitals, the environment variable ({@code BALSA_PEER_LISTEN}). Flag beats environment
 * beats file.
 */
public enum Setting {
  ID("id", "N", "the name of this node: one of those in --cluster, or the one that was added"),
  DATA("data", "DIR", "its data directory; made if missing, locked while the node runs"),
  LISTEN("listen", "H:P", "where clients connect"),
  ADVERTISE("advertise", "H:P", "how clients reach --listen, if by another address"),
  PEER_LISTEN("peer-listen", "H:P", "where other nodes connect; default: --listen"),
  PEER_ADVERTISE("peer-advertise", "H:P", "how other nodes reach this one; default: its address in --cluster"),
  PEER_ROUTE("peer-route", "N=H:P,...", "dial these nodes by another address than their own"),
  OPS_LISTEN("ops-listen", "H:P", "serves /health, /ready and /metrics over HTTP; default: off"),
  CLUSTER("cluster", "N=H:P,...", "the peer addresses of all nodes that form the cluster, this one included"),
  JOIN("join", "H:P,...", "in place of --cluster: start as a member that was added to a running cluster"),
  ZONE("zone", "NAME", "a label of this node's member record: what fails together, such as a rack or a site"),
  PRIORITY("priority", "N",
      "another label: among voters that are as good otherwise, leadership goes to the highest; default 0"),
  AUTO_REPLACE("auto-replace", "on|off",
      "whether a node that lost its log, or cannot trust it, is replaced by itself; default on"),
  REPLACE_AFTER_MILLIS("replace-after-millis", "MS",
      "at a leader: not before it has had no connection with that node for so long; default 10000"),
  KEY_BYTES_MAX("key-bytes-max", "BYTES", "the longest key accepted; default and at most 4096"),
  VALUE_BYTES_MAX("value-bytes-max", "BYTES", "the longest value accepted; default and at most 1048576"),
  REQUEST_BYTES_MAX("request-bytes-max", "BYTES", "the largest request accepted; default and at most 1572864"),
  SESSION_TTL_MIN_MILLIS("session-ttl-min-millis", "MS", "a session that asks for less gets this; default 3000"),
  LEASE_TTL_MIN_MILLIS("lease-ttl-min-millis", "MS", "a lease that asks for less is refused; default 500"),
  LOG_KEEP_ENTRIES("log-keep-entries", "N",
      "the newest entries that the log keeps when it is compacted; default 100000"),
  LOG_SEGMENT_BYTES("log-segment-bytes", "BYTES",
      "the size of a file of the log, a multiple of 4096; default 67108864"),
  LOG_FLUSH_BYTES("log-flush-bytes", "BYTES", "the state is flushed when the log has grown by this; default 268435456"),
  COMPACT_AGE("compact-age", "TIME",
      "history older than this is compacted, such as 30m or 1h; 0: not by age; default 1h"),
  COMPACT_COUNT("compact-count", "N",
      "history of more revisions than this is compacted; 0: not by number; default 1000000"),
  SPACE_QUOTA("space-quota", "BYTES",
      "while the state takes more, what adds values is refused; 0: no quota; default 8589934592"),
  CONFIG("config", "FILE", "a YAML file of these settings; flags and environment beat it");

  private final String key;
  private final String value;
  private final String description;

  Setting(String key, String value, String description) {
    this.key = key;
    this.value = value;
    this.description = description;
  }

  public String key() {
    return key;
  }

  public String flag() {
    return "--" + key;
  }

  public String environmentVariable() {
    return "BALSA_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** What stands behind the flag in a usage line. */
  public String valueLabel() {
    return value;
  }

  public String description() {
    return description;
  }
}
