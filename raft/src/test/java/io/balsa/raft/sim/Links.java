package io.balsa.raft.sim;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Who may speak with whom, as the handshakes of the transport decide it. A node may lag behind the configuration that made another a
 * member, and one that was removed must not come back. Committed configurations form one chain, so the newest that either side knows
 * decides, beside the newest in the receiver's own log.
 */
final class Links<R> {
  private final Cluster<R> cluster;

  Links(Cluster<R> cluster) {
    this.cluster = cluster;
  }

  /**
   * The incarnation that this node dials under the id: that of the newest configuration in its own log, unless it knows of a committed
   * one that is ahead of all that its own log says to be committed. A node that begins with the first configuration and was told the
   * present one would else answer whoever leads now at an incarnation that is gone.
   */
  @Nullable
  SimNode<R> dialled(SimNode<R> from, NodeId to) {
    boolean ahead = from.known().index() > from.committed().index();
    Member own = from.newest().member(to);
    Member known = from.known().configuration().member(to);
    Member member = own == null || own.isReserved() || (ahead && known != null) ? known : own;
    return member == null ? null : cluster.node(to, member.incarnation());
  }

  /** The handshake. @return whether the receiver takes what the sender says */
  boolean admits(SimNode<R> receiver, SimNode<R> sender) {
    Committed brought = sender.known();
    Committed newest = Committed.newer(receiver.known(), brought);
    boolean own = binds(receiver.newest(), sender);
    if (own || binds(newest.configuration(), sender)) {
      receiver.learn(newest);
      if (!own) {
        cluster.counts().add(MembershipEvent.UNKNOWN_ADMITTED);
      }
      return true;
    }
    if (newest.index() > brought.index()) {
      cluster.counts().add(MembershipEvent.REMOVED_REFUSED);
      sender.learn(newest);
    }
    return false;
  }

  static boolean binds(Configuration configuration, SimNode<?> node) {
    return configuration.binds(node.id(), node.incarnation());
  }
}
