package io.balsa.server.formation;

import io.balsa.raft.log.NodeId;
import io.balsa.server.identity.Identity;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A node as it goes into formation.
 *
 * @param cluster       the peer addresses of --cluster, as text, so that lists are compared as the operators wrote them
 * @param clientAddress where clients reach it
 * @param startDigest   of what it starts from; 0: empty
 * @param priority      and zone: the labels of its member record
 */
public record Candidate(Identity identity, NavigableMap<NodeId, String> cluster, String clientAddress,
    long startDigest, int priority, String zone) {
  public Candidate {
    cluster = Collections.unmodifiableNavigableMap(new TreeMap<>(cluster));
  }

  /** Without labels. */
  public Candidate(Identity identity, NavigableMap<NodeId, String> cluster, String clientAddress, long startDigest) {
    this(identity, cluster, clientAddress, startDigest, 0, "");
  }

  NodeId id() {
    return identity.id();
  }
}
