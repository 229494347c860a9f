package io.balsa.raft.input;

/**
 * Everything up to this sync is durable. Completions come in order; one may stand for several (C1).
 */
public record Persisted(long seq) implements Input {
}
