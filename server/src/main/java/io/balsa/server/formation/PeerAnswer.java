package io.balsa.server.formation;

import io.balsa.raft.log.NodeId;
import io.balsa.server.identity.FormedRecord;
import org.jspecify.annotations.Nullable;

/** What came back when a node of --cluster was asked. */
sealed interface PeerAnswer {

  /** It answered. {@code formed} is its record if it has formed a cluster. */
  record Answered(Candidate node, @Nullable FormedRecord formed) implements PeerAnswer {
  }

  /** It could not be asked, or what answered is not who was meant. */
  record NotReached(NodeId id, String address, String why) implements PeerAnswer {
  }
}
