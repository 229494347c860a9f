package io.balsa.raft.input;

/**
 * All peer messages of this poll have been seen: a timeout that is still due acts now (C7).
 */
public record CheckTimers() implements Input {
}
