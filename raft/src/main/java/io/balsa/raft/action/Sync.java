package io.balsa.raft.action;

import java.util.List;

/**
 * Make everything buffered durable in one write, report Persisted(seq), and only then send these. Sequences grow by one.
 */
public record Sync(long seq, List<Send> thenSend) implements Action {
}
