package io.balsa.jepsen.nemesis;

import io.balsa.jepsen.site.ProxySite;
import io.balsa.jepsen.site.Sites;
import io.balsa.jepsen.site.TortureSite;

/** With proxies between the nodes. Runs anywhere. */
class NemesesBehindProxiesIT extends EveryNemesis {
  @Override
  TortureSite site() {
    return ProxySite.open(Sites.DISK_BYTES);
  }

  @Override
  String few() {
    return "slow-leader,slow-stall,slow-half-close,slow-reset";
  }
}
