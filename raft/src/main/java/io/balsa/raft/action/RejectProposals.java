package io.balsa.raft.action;

/**
 * The proposals of this step are in no log and never will be.
 */
public record RejectProposals(Rejection why) implements Action {
}
