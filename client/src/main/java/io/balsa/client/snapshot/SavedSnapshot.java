package io.balsa.client.snapshot;

/**
 * A snapshot that was saved and checked.
 *
 * @param memberId
 *          the node it was taken from
 * @param clusterId
 *          the cluster
 * @param revision
 *          of the store in it
 * @param bytes
 *          its size
 * @param sha256
 *          of all but the checksum at its end, in hexadecimal: equals that checksum
 */
public record SavedSnapshot(String memberId, long clusterId, long revision, long bytes, String sha256) {}
