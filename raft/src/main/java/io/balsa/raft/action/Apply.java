package io.balsa.raft.action;

/**
 * Everything up to this index is committed, and durable here: apply it.
 */
public record Apply(long upTo) implements Action {
}
