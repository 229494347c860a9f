package io.balsa.raft.input;

import io.balsa.raft.log.NodeId;

/**
 * Hand leadership to this voter (thesis 3.10). Answered by TransferEnded.
 */
public record TransferLeadership(NodeId target) implements Input {
}
