package io.balsa.raft.input;

/**
 * Time passes: the begin of every poll. It only moves the clock; what became due acts at {@link CheckTimers}.
 *
 * @param nowNanos monotonic time; its zero means nothing
 */
public record Tick(long nowNanos) implements Input {
}
