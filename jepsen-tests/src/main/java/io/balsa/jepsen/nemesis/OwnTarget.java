package io.balsa.jepsen.nemesis;

import io.balsa.client.BalsaClientBuilder;
import io.balsa.client.cluster.NodeStatus;
import io.balsa.client.cluster.StateHash;
import io.balsa.client.routing.AddressResolver;
import io.balsa.jepsen.site.TortureSite;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster that the run has started, and what it runs on: everything can be done to it. */
public record OwnTarget(RealCluster cluster, TortureSite site) implements Target {
  private static final int LAST_LINES = 12;

  @Override
  public String backend() {
    return site.backend();
  }

  @Override
  public List<Node> nodes() {
    return cluster.nodes().stream().map(node -> new Node(node.id(), node.address())).toList();
  }

  @Override
  public AddressResolver clients() {
    return site.clients();
  }

  @Override
  public BalsaClientBuilder client() {
    return cluster.client();
  }

  @Override
  public Optional<String> leader() {
    return cluster.leader().map(ServerProcess::id);
  }

  @Override
  public void awaitReady() {
    cluster.awaitReady();
  }

  @Override
  public List<String> reviveTheDead() {
    List<String> findings = new ArrayList<>();
    for (ServerProcess node : cluster.nodes()) {
      if (!node.isAlive()) {
        List<String> log = node.logText().lines().toList();
        findings.add(
            node + "; it said last:\n"
                + String.join("\n", log.subList(Math.max(0, log.size() - LAST_LINES), log.size())));
        node.start();
      }
    }
    return findings;
  }

  @Override
  public String describe() {
    return cluster.describe();
  }

  @Override
  public String version() {
    return cluster.status(cluster.nodes().get(0)).map(NodeStatus::version).orElse("unknown");
  }

  @Override
  public Optional<Map<String, StateHash>> hashes() {
    return Optional.of(cluster.hashesAtOneIndex());
  }

  @Override
  public Map<String, Path> logs() {
    Map<String, Path> logs = new LinkedHashMap<>();
    cluster.nodes().forEach(node -> logs.put(node.id(), node.log()));
    return logs;
  }
}
