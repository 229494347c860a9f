package io.balsa.jepsen.torture;

import io.balsa.jepsen.nemesis.OwnTarget;
import io.balsa.jepsen.nemesis.Target;
import io.balsa.jepsen.site.Sites;
import io.balsa.jepsen.site.TortureSite;
import io.balsa.junit.cluster.RealCluster;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Servers of a distribution, which this run starts on this machine and ends. */
final class OwnArena implements Arena {
  /** So short that segments are full, tables written and snapshots needed within a run; two seeds of three have it. */
  private static final String[] SHORT = {"--log-segment-bytes", "1048576", "--log-flush-bytes", "1048576",
      "--log-keep-entries", "2000", "--replace-after-millis", "3000"};
  /** The families that move wall clocks. */
  private static final Set<String> CLOCKS = Set.of("clock", "combined");

  private final RunOptions options;
  private final TortureSite site;
  private @Nullable RealCluster cluster;

  /** Makes the network and the disks. */
  OwnArena(RunOptions options, Backend backend) {
    boolean clocks = options.nemeses().stream().anyMatch(nemesis -> CLOCKS.contains(nemesis.family()));
    this.options = options;
    this.site = backend.open(clocks, options.directory());
  }

  @Override
  public Target start(Random random) {
    Progress.say("starting " + options.nodes() + " nodes (" + site.backend() + ") in " + options.directory());
    String[] flags = random.nextInt(3) > 0 ? SHORT : new String[0];
    RealCluster started = RealCluster.at(site, options.directory(), options.nodes(), flags);
    cluster = started;
    started.startAll();
    return new OwnTarget(started, site);
  }

  @Override
  public boolean isRoots() {
    return Sites.isRoot();
  }

  @Override
  public void close() {
    try (site) {
      if (cluster != null) {
        cluster.close();
      }
    }
  }
}
