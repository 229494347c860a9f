package io.balsa.jepsen.existing;

import io.balsa.jepsen.nemesis.Target;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the commands of users are told of a node, as variables of their shell: nothing has to be quoted. */
final class NodeVariables {
  private NodeVariables() {}

  /** @param others those that are not hit */
  static Map<String, String> of(Target.Node node, List<Target.Node> others) {
    return Map.of("NODE_ID", node.id(), "NODE_HOST", host(node), "NODE_PORT", port(node), "OTHER_HOSTS",
        others.stream().map(NodeVariables::host).collect(Collectors.joining(" ")));
  }

  private static String host(Target.Node node) {
    return node.address().substring(0, node.address().lastIndexOf(':')).replaceAll("^\\[|\\]$", "");
  }

  private static String port(Target.Node node) {
    return node.address().substring(node.address().lastIndexOf(':') + 1);
  }
}
