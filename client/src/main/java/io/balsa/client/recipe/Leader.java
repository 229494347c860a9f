package io.balsa.client.recipe;

/**
 * Who leads.
 *
 * @param token
 *          the fencing token of the leadership: greater than that of every leader before, so it tells two leaderships apart
 * @param value
 *          what the leader proclaimed last
 */
public record Leader(long token, String value) {}
