package io.balsa.jepsen.nemesis;

import io.balsa.jepsen.site.TortureSite;
import io.balsa.junit.cluster.RealCluster;

/** The cluster that a nemesis is let loose on, and what it runs on. */
public record Target(RealCluster cluster, TortureSite site) {}
