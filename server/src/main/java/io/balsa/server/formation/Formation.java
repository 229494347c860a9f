package io.balsa.server.formation;

import io.balsa.proto.internal.v1.FormationRequest;
import io.balsa.proto.internal.v1.FormationResponse;
import io.balsa.raft.log.NodeId;
import io.balsa.server.formation.PeerAnswer.NotReached;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.StartRefused;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks all other nodes of --cluster, round after round, until {@link FormationRules} can decide (I2). One thread calls
 * {@link #round}; {@link #waitingFor} may be asked by any.
 */
public final class Formation {
  private final Candidate self;
  private final PeerQuestions questions;
  private @Nullable Map<NodeId, Long> previous;
  private volatile List<String> waitingFor;
  private volatile List<String> reasons = List.of();

  public Formation(Candidate self, PeerQuestions questions) {
    this.self = self;
    this.questions = questions;
    this.waitingFor = self.cluster().navigableKeySet().stream().filter(id -> !id.equals(self.id())).map(NodeId::value)
        .toList();
  }

  /**
   * Asks everybody once. All questions of a round leave after all answers of the one before have come or have been given up.
   *
   * @return the record to write before anything else is done, or null: nothing is decided yet
   * @throws StartRefused if this directory can never be a member under this id
   */
  public @Nullable FormedRecord round() throws StartRefused, InterruptedException {
    List<PeerAnswer> answers = ask();
    Decision decision = FormationRules.decide(self, previous, answers);
    previous = FormationRules.completeRound(self, decision, answers);
    return switch (decision) {
      case Decision.Form(FormedRecord record) -> record;
      case Decision.Refuse(String message) -> throw new StartRefused(message);
      case Decision.Wait(List<String> missing, List<String> why) -> {
        waitingFor = missing;
        reasons = why;
        yield null;
      }
    };
  }

  /**
   * Of a node that has formed: asks the nodes of --cluster once whether they are of the same cluster.
   *
   * @throws StartRefused if one of them is of another: this directory, or --cluster, is not what was meant
   */
  public void requireSameCluster(FormedRecord record) throws StartRefused, InterruptedException {
    for (PeerAnswer answer : ask()) {
      if (answer instanceof PeerAnswer.Answered(Candidate node, FormedRecord theirs) && theirs != null
          && theirs.clusterId() != record.clusterId()) {
        throw new StartRefused("the data directory of " + self.id() + " is of another cluster, "
            + Identity.hex(record.clusterId()) + " of " + addresses(record) + ", than " + node.id() + " at "
            + self.cluster().get(node.id()) + ", which is of " + Identity.hex(theirs.clusterId())
            + ": give --data the directory that belongs to this cluster, or --cluster the nodes that belong to this directory");
      }
    }
  }

  private static String addresses(FormedRecord record) {
    return record.initial().members().stream().map(member -> member.id() + "=" + member.peerAddress())
        .collect(Collectors.joining(","));
  }

  /** The ids that the last round did not reach. */
  public List<String> waitingFor() {
    return waitingFor;
  }

  /** All that stood in the way in the last round, one sentence each. */
  public List<String> reasons() {
    return reasons;
  }

  private List<PeerAnswer> ask() throws InterruptedException {
    FormationRequest request = FormationCodec.request(self);
    Map<NodeId, CompletableFuture<FormationResponse>> asked = new LinkedHashMap<>();
    self.cluster().forEach((id, address) -> {
      if (!id.equals(self.id())) {
        asked.put(id, questions.ask(id, address, request));
      }
    });
    List<PeerAnswer> answers = new ArrayList<>();
    for (Map.Entry<NodeId, CompletableFuture<FormationResponse>> entry : asked.entrySet()) {
      answers.add(answer(entry.getKey(), entry.getValue()));
    }
    return answers;
  }

  private PeerAnswer answer(NodeId id, CompletableFuture<FormationResponse> asked) throws InterruptedException {
    String address = String.valueOf(self.cluster().get(id));
    try {
      PeerAnswer.Answered answered = FormationCodec.decode(asked.get());
      if (!answered.node().id().equals(id)) {
        return new NotReached(id, address, "the node there says that it is " + answered.node().id()
            + "; correct --cluster, or the --id of that node");
      }
      return answered;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() instanceof CompletionException wrapped && wrapped.getCause() != null
          ? wrapped.getCause()
          : e.getCause();
      return new NotReached(id, address, cause == null ? "no answer" : String.valueOf(cause.getMessage()));
    } catch (IllegalArgumentException e) {
      return new NotReached(id, address, "it answers what this version cannot read: " + e.getMessage());
    }
  }
}
