package io.balsa.jepsen.nemesis;

import io.balsa.client.BalsaClientBuilder;
import io.balsa.client.cluster.StateHash;
import io.balsa.client.routing.AddressResolver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cluster that a nemesis is let loose on: one of the suite's own, or somebody's. Safe for use by any thread. */
public interface Target {
  /** A node, and where clients find it. */
  record Node(String id, String address) {}

  /** How its network is made, in a word. */
  String backend();

  /** Those of now. */
  List<Node> nodes();

  /** How the clients of the workload reach them. */
  AddressResolver clients();

  /** A client for other purposes than the workload, which is to be made. */
  BalsaClientBuilder client();

  /** The name of the node that leads, by the newest term that any node knows of. */
  Optional<String> leader();

  /**
   * Waits until all are ready that run.
   *
   * @throws IllegalStateException they are not, within a bound
   */
  void awaitReady();

  /** Starts those again that ended though nothing was done to them; for each a finding, with what it said last. */
  List<String> reviveTheDead();

  /** How each node is, for people. */
  String describe();

  /** Of the nodes' program. */
  String version();

  /**
   * The hashes of the states after one and the same index, by node, when no client writes any more; empty: they cannot be compared here.
   */
  Optional<Map<String, StateHash>> hashes();

  /** What the nodes said, by id; a file that is not there is told. */
  Map<String, Path> logs();
}
