package io.balsa.raft.input;

import io.balsa.raft.log.MembershipChange;

/**
 * An operator, or a node that came back without its log, wants the membership changed. Answered in the same step by
 * MembershipAccepted or MembershipRejected.
 */
public record ChangeMembership(MembershipChange change) implements Input {
}
