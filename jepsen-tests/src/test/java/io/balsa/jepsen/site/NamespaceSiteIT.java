package io.balsa.jepsen.site;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real cluster in namespaces. */
@Timeout(600)
class NamespaceSiteIT {
  @BeforeAll
  static void requireNamespaces() {
    Optional<String> reason = Sites.canNamespaces();
    assumeTrue(reason.isEmpty(), () -> "no namespaces here: " + reason.orElseThrow());
  }

  @Test
  void aLeaderIsCutOffAndTheOthersGoOn(@TempDir Path directory) {
    try (TortureSite site = NamespaceSite.openBare(); ClusterOnSite cluster = new ClusterOnSite(site, directory)) {
      cluster.othersGoOnWithoutALeaderThatIsCutOff();
      cluster.oneMoreNodeJoins();
    }
  }

  @Test
  void disksStandStillAndPowerFails(@TempDir Path directory) {
    try (TortureSite site = NamespaceSite.open(Sites.DISK_BYTES)) {
      assumeTrue(site.disks().isPresent(), "no disks here");
      try (ClusterOnSite cluster = new ClusterOnSite(site, directory)) {
        cluster.othersGoOnWhileADiskStandsStill();
        cluster.nothingAcknowledgedIsLostWithThePowerOfAll();
      }
    }
  }
}
