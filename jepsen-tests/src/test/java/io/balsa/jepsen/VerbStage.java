package io.balsa.jepsen;

import io.balsa.client.BalsaClient;
import io.balsa.client.lease.Lease;
import io.balsa.client.lease.LeaseOption;
import io.balsa.client.lock.LockGrant;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;

/** What the verbs of {@link VerbTable} find when they are called: a cluster with a little of everything in it. */
final class VerbStage implements AutoCloseable {
  static final String HELD = "v/held";
  private static final Duration MOST = Duration.ofMinutes(1);

  private final Path folder;
  private final RealCluster cluster;
  private final String endpoints;
  private final BalsaClient client;
  private final long revision;
  private final LockGrant held;
  private final ServerProcess first;
  private final ServerProcess second;
  private int files;

  VerbStage(Path folder) {
    this.folder = folder;
    this.cluster = RealCluster.start(folder, 3);
    this.endpoints = cluster.endpoints();
    this.client = BalsaClient.builder().endpoints(endpoints).timeout(MOST).build();
    this.revision = client.kv().put("v/old", "first").revision();
    client.kv().put("v/word", "many");
    this.held = client.lock(HELD).ownedBy("alice").acquire(MOST);
    this.first = cluster.joiner();
    this.second = cluster.joiner();
  }

  /** Of the nodes that run from the beginning. */
  String endpoints() {
    return endpoints;
  }

  /** Of the first version of {@code v/old}. */
  long revision() {
    return revision;
  }

  /** A new one that nobody renews. */
  long lease() {
    Lease lease = client.leases().grant(Duration.ofHours(1), LeaseOption.MANUAL);
    lease.detach();
    return lease.id();
  }

  /** A voter that does not lead. */
  String follower() {
    return cluster.awaitFollower().id();
  }

  /** Where a node will be that is no member yet. */
  ServerProcess first() {
    return first;
  }

  ServerProcess second() {
    return second;
  }

  /** A name that nothing has yet. */
  Path newFile(String name) {
    files++;
    return folder.resolve(name + "-" + files);
  }

  @Override
  public void close() {
    held.close();
    client.close();
    cluster.close();
  }
}
