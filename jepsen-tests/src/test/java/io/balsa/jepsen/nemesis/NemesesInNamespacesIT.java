package io.balsa.jepsen.nemesis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.balsa.jepsen.site.NamespaceSite;
import io.balsa.jepsen.site.Sites;
import io.balsa.jepsen.site.TortureSite;

/** With a network of namespaces and a disk a node. Needs root. */
class NemesesInNamespacesIT extends EveryNemesis {
  @Override
  TortureSite site() {
    assumeTrue(Sites.canNamespaces().isEmpty() && Sites.canMount().isEmpty(), "namespaces and disks need root");
    return NamespaceSite.open(Sites.DISK_BYTES);
  }

  @Override
  String few() {
    return "slow-rate,disk-stall-leader,disk-full-follower,power-majority,member-replace,corrupt-state";
  }
}
