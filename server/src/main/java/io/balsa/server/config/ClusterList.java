package io.balsa.server.config;

import io.balsa.raft.log.NodeId;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Reads "n1=H:P,n2=H:P". */
final class ClusterList {

  private ClusterList() {
  }

  static NavigableMap<NodeId, HostPort> parse(String setting, String text) throws ConfigException {
    NavigableMap<NodeId, HostPort> nodes = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      String item = part.strip();
      int equals = item.indexOf('=');
      if (equals <= 0) {
        throw new ConfigException(setting + ": \"" + item + "\" in \"" + text
            + "\" is not of the form name=host:port; write n1=10.0.0.1:7101,n2=10.0.0.2:7101,n3=10.0.0.3:7101");
      }
      NodeId id = nodeId(setting, item.substring(0, equals).strip());
      HostPort address = HostPort.parse(setting + ", " + id, item.substring(equals + 1).strip());
      if (address.port() == 0 || address.isWildcard()) {
        throw new ConfigException(setting + ", " + id + ": nobody can dial " + address
            + "; give the address by which the other nodes reach " + id);
      }
      if (nodes.containsValue(address)) {
        throw new ConfigException(setting + ": " + address + " is given for two nodes; each needs its own address");
      }
      if (nodes.put(id, address) != null) {
        throw new ConfigException(setting + ": " + id + " stands twice in \"" + text + "\"; name every node once");
      }
    }
    return Collections.unmodifiableNavigableMap(nodes);
  }

  static NodeId nodeId(String setting, String text) throws ConfigException {
    try {
      return new NodeId(text);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(setting + ": \"" + text + "\" is no name for a node: " + e.getMessage());
    }
  }
}
