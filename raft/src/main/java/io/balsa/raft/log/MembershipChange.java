package io.balsa.raft.log;

/**
 * A change of the membership: of one member, so that any majority before it and any majority after it have a node in common (thesis
 * 4.1).
 */
public sealed interface MembershipChange {

  /** The member that changes. */
  NodeId id();

  /**
   * A new learner.
   *
   * @param member no voter; reserved if nobody has come with this id yet
   */
  record AddLearner(Member member) implements MembershipChange {
    public AddLearner {
      if (member.voter()) {
        throw new IllegalArgumentException(member.id() + " is added as a voter; it must be a learner first");
      }
    }

    @Override
    public NodeId id() {
      return member.id();
    }
  }

  /** The node for which this id was reserved has come: it is a learner from now on. */
  record Bind(NodeId id, long incarnation, String peerAddress, String clientAddress) implements MembershipChange {
    public Bind {
      if (incarnation == Member.RESERVED) {
        throw new IllegalArgumentException(id + " has come without an incarnation");
      }
    }
  }

  /** A learner that has caught up becomes a voter. */
  record Promote(NodeId id) implements MembershipChange {
  }

  /**
   * This very incarnation is a member no more, and never again.
   *
   * @param incarnation {@link Member#RESERVED} for one that nobody has come with
   */
  record Remove(NodeId id, long incarnation) implements MembershipChange {
  }

  /** What is not part of a member's identity changes. */
  record Update(NodeId id, String peerAddress, String clientAddress, int priority, String zone)
      implements
        MembershipChange {
  }

  /**
   * A node that lost its log comes back as another (I3): the old incarnation is removed, and the id belongs to a learner with the new one,
   * at the same addresses and with the same labels. One entry, not two: after a crash between a removal and an addition nobody could tell
   * whether the node was to come back, or had been removed for good by an operator. For quorums it is the removal of one voter, or of none.
   */
  record Replace(NodeId id, long oldIncarnation, long newIncarnation) implements MembershipChange {
    public Replace {
      if (oldIncarnation == Member.RESERVED || newIncarnation == Member.RESERVED || oldIncarnation == newIncarnation) {
        throw new IllegalArgumentException(id + " is replaced by another incarnation of itself");
      }
    }
  }
}
