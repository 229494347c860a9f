package io.balsa.jepsen.nemesis;

import io.balsa.jepsen.site.Trouble;
import io.balsa.jepsen.site.TortureSite;
import java.util.Set;

/** Without a network that can be troubled, and without disks: what needs neither. Runs anywhere. */
class NemesesIT extends EveryNemesis {
  @Override
  TortureSite site() {
    return NamesOnlySite.of(new RecordingNetwork(Set.<Class<? extends Trouble>>of()));
  }
}
