package io.balsa.raft.input;

/**
 * What was received under this name is not what was sent. It is discarded.
 */
public record ReceivedRefused(long reception) implements Input {
}
