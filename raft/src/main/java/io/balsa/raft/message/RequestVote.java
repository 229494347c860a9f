package io.balsa.raft.message;

import io.balsa.raft.log.LogId;

/**
 * Thesis 3.4. Leaves only when the candidate's own term and vote are durable.
 *
 * @param last     the last entry of the candidate's log
 * @param transfer the leader itself asked the candidate to stand (thesis 3.10), so voters do not protect that leader
 */
public record RequestVote(long term, LogId last, boolean transfer) implements Message {
}
