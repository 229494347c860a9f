package io.balsa.raft.action;

/**
 * The proposals of this step stand in the log, at {@code firstIndex} and after, in their order. Their outcome is what is applied
 * at the same index <em>and</em> term (E1).
 */
public record AcceptProposals(long term, long firstIndex, int count) implements Action {
}
