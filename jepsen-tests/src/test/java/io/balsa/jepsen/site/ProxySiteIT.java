package io.balsa.jepsen.site;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real cluster behind proxies. */
@Timeout(600)
class ProxySiteIT {
  @Test
  void aLeaderIsCutOffAndTheOthersGoOn(@TempDir Path directory) {
    try (TortureSite site = ProxySite.openBare(); ClusterOnSite cluster = new ClusterOnSite(site, directory)) {
      cluster.othersGoOnWithoutALeaderThatIsCutOff();
      cluster.oneMoreNodeJoins();
    }
  }

  @Test
  void disksStandStillAndPowerFails(@TempDir Path directory) {
    try (TortureSite site = ProxySite.open(Sites.DISK_BYTES)) {
      assumeTrue(site.disks().isPresent(), "no disks here");
      try (ClusterOnSite cluster = new ClusterOnSite(site, directory)) {
        cluster.othersGoOnWhileADiskStandsStill();
        cluster.nothingAcknowledgedIsLostWithThePowerOfAll();
      }
    }
  }
}
