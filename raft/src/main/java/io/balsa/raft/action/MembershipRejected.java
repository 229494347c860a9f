package io.balsa.raft.action;

/**
 * The change is in no log and never will be.
 *
 * @param message for people, with numbers
 */
public record MembershipRejected(MembershipRejection why, String message) implements Action {
}
