package io.balsa.raft.action;

/**
 * A Clock entry is due (T4): propose the renewals that wait, then the Clock entry.
 */
public record ClockDue() implements Action {
}
