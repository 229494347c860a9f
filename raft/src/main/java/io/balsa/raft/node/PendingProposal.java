package io.balsa.raft.node;

import io.balsa.raft.log.Bytes;

/** A command on its way into the log, and who waits for it. */
public record PendingProposal<R>(Bytes payload, ProposalCallback<R> callback) {
}
