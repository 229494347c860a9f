package io.balsa.jepsen.torture;

import io.balsa.jepsen.site.FaketimeSite;
import io.balsa.jepsen.site.NamespaceSite;
import io.balsa.jepsen.site.ProxySite;
import io.balsa.jepsen.site.Sites;
import io.balsa.jepsen.site.TortureSite;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** How the network between the nodes is made. */
enum Backend {
  /** Namespaces where they can be had, else proxies. */
  AUTO,
  NAMESPACES,
  PROXIES;

  /** Why it cannot be had here; empty: it can. */
  Optional<String> hindrance() {
    return this == NAMESPACES ? Sites.canNamespaces() : Optional.empty();
  }

  /**
   * Sets it up.
   *
   * @param clocks whether the nodes get wall clocks of their own, which costs them time at every look at a clock
   * @param directory of the run, for files of the site's own
   */
  TortureSite open(boolean clocks, Path directory) {
    boolean namespaces = this == NAMESPACES || (this == AUTO && Sites.canNamespaces().isEmpty());
    TortureSite site = namespaces ? NamespaceSite.open(Sites.DISK_BYTES) : ProxySite.open(Sites.DISK_BYTES);
    return clocks ? FaketimeSite.around(site, directory) : site;
  }

  /** As users write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
