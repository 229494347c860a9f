package io.balsa.raft.sim;

import java.util.List;

/**
 * What the transport tells of other processes (C4). A peer is down for a node when their connection broke and the peer's host
 * refuses another: its process is gone, its machine answers, no link is cut. A dead machine or a cut link is no evidence.
 */
final class Evidence<R> {
  private enum Told {
    NOTHING, UP, DOWN
  }

  private final Cluster<R> cluster;
  private final SimRandom random;
  private final Told[][] told;
  private final int[][] toldLife;

  Evidence(Cluster<R> cluster, SimRandom random, int nodes) {
    this.cluster = cluster;
    this.random = random;
    this.told = new Told[nodes][nodes];
    this.toldLife = new int[nodes][nodes];
  }

  /** A process, a machine or a link has changed: all who may notice do so a little later, each at a moment of its own. */
  void linksChanged() {
    List<SimNode<R>> nodes = cluster.nodes();
    for (SimNode<R> observer : nodes) {
      for (SimNode<R> peer : nodes) {
        if (observer != peer && observer.hasStarted() && peer.hasStarted()) {
          cluster.timeline().after(50_000 + random.exponential(2_000_000), () -> look(observer, peer));
        }
      }
    }
  }

  private void look(SimNode<R> observer, SimNode<R> peer) {
    int o = observer.number();
    int p = peer.number();
    if (!observer.running() || cluster.links().dialled(observer, peer.id()) != peer || cluster.network().isCut(o, p)
        || cluster.network().isCut(p, o)) {
      return;
    }
    if (toldLife[o][p] != observer.life()) {
      toldLife[o][p] = observer.life();
      told[o][p] = Told.NOTHING;
    }
    if (peer.running() && told[o][p] != Told.UP) {
      told[o][p] = Told.UP;
      cluster.counts().add(FaultKind.PEER_UP);
      observer.tellPeer(peer.id(), true);
    } else if (!peer.running() && peer.isHostUp() && told[o][p] == Told.UP) {
      told[o][p] = Told.DOWN;
      cluster.counts().add(FaultKind.PEER_DOWN);
      observer.tellPeer(peer.id(), false);
    }
  }
}
