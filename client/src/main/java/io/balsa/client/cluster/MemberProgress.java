package io.balsa.client.cluster;

/**
 * How a member does, as the leader sees it.
 *
 * @param matchIndex
 *          its log is known to hold everything up to here
 * @param lag
 *          entries that the leader's log has beyond that
 * @param heard
 *          whether it answered within an election timeout
 * @param forgot
 *          whether it lost what it had acknowledged: it counts for nothing then
 */
public record MemberProgress(long matchIndex, long lag, boolean heard, boolean forgot) {}
