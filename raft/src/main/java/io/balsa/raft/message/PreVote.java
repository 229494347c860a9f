package io.balsa.raft.message;

import io.balsa.raft.log.LogId;

/**
 * Would you vote for me (thesis 9.6)? It changes no term anywhere.
 *
 * @param term the term in which the sender would stand: its own + 1
 * @param last the last entry of the sender's log
 */
public record PreVote(long term, LogId last) implements Message {
}
