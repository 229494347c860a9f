package io.balsa.raft.input;

import java.util.List;

/**
 * Append these, all or none: answered in the same step by AcceptProposals or RejectProposals.
 */
public record Propose(List<Proposal> proposals) implements Input {
}
