package io.balsa.server.formation;

import io.balsa.proto.internal.v1.FormationRequest;
import io.balsa.proto.internal.v1.FormationResponse;
import io.balsa.raft.log.NodeId;
import java.util.concurrent.CompletableFuture;

/** Asks another node who it is. */
public interface PeerQuestions {
  /** Completes within a bound of its own, exceptionally if the node was not reached; the exception's message says why. */
  CompletableFuture<FormationResponse> ask(NodeId peer, String address, FormationRequest request);
}
