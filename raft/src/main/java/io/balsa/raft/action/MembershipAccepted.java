package io.balsa.raft.action;

/**
 * The new configuration stands in the log. Its outcome is what is applied at this index <em>and</em> term (E1).
 */
public record MembershipAccepted(long term, long index) implements Action {
}
