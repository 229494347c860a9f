package io.balsa.raft.action;

/** Why a change of the membership was refused. Nothing was changed. */
public enum MembershipRejection {
  /** Another node leads. */
  NOT_LEADER,
  /** No leader is known, or this one has not applied its no-op yet (I5), or is handing leadership over. */
  NO_LEADER,
  /** The newest configuration is not committed yet; one change at a time. */
  CHANGE_UNDER_WAY,
  /** The learner lags too far behind, or is not heard. */
  NOT_CAUGHT_UP,
  /** The leader hears too few voters for the membership that would result. */
  QUORUM_AT_RISK,
  /** No member has this id. */
  UNKNOWN_MEMBER,
  /** The id is a member's, perhaps with this very incarnation. */
  ALREADY_MEMBER,
  /** The id is bound to another incarnation. */
  WRONG_INCARNATION,
  /** Only a learner is promoted. */
  NOT_A_LEARNER,
  /** The last voter stays. */
  LAST_VOTER,
  /** There is no room for another. */
  TOO_MANY_MEMBERS
}
