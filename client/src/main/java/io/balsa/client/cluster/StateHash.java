package io.balsa.client.cluster;

/**
 * The hash of a node's replicated state right after one entry was applied: equal on all nodes for the same index.
 *
 * @param appliedIndex
 *          that entry
 * @param revision
 *          of the store then
 * @param compactedRevision
 *          of the store then
 * @param hash
 *          over every replicated table
 */
public record StateHash(long appliedIndex, long revision, long compactedRevision, long hash) {}
