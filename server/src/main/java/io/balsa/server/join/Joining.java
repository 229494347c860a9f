package io.balsa.server.join;

import io.balsa.proto.internal.v1.JoinRequest;
import io.balsa.proto.internal.v1.JoinResponse;
import io.balsa.proto.internal.v1.Joined;
import io.balsa.proto.internal.v1.NotJoined;
import io.balsa.proto.internal.v1.ReplaceRequest;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import io.balsa.server.identity.ReplacementRecord;
import io.balsa.server.identity.StartRefused;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks the members of a cluster, round after round, until they have taken this node in. One thread calls {@link #round}; {@link
 * #reasons} may be asked by any.
 */
public final class Joining {

  /**
   * The cluster has this node among its members: committed.
   *
   * @param formed    how the cluster began, from which its id is found
   * @param members   who is in it
   * @param wasVoter  of a replacement: whether the old incarnation was a voter, if the leader could still tell
   */
  public record Accepted(FormedRecord formed, KnownMembers members, Optional<Boolean> wasVoter) {
  }

  private final Identity self;
  private final long clusterId;
  private final List<Seat> seats;
  private final LeaderSearch<JoinResponse> search;
  private volatile List<String> reasons = List.of();
  private volatile Optional<Boolean> voter = Optional.empty();

  private Joining(Identity self, long clusterId, List<Seat> seats,
      Function<Seat, CompletableFuture<JoinResponse>> question, CountDownLatch stop) {
    this.self = self;
    this.clusterId = clusterId;
    this.seats = seats;
    this.search = new LeaderSearch<>(question, answer -> answer.hasJoined() ? null : answer.getNotJoined(), stop);
  }

  /** Of a node whose id an operator has added. */
  public static Joining asAdded(JoinRequest request, Identity self, List<Seat> seats, JoinQuestions questions,
      CountDownLatch stop) {
    return new Joining(self, 0, seats, seat -> questions.join(seat, request), stop);
  }

  /** Of a node that lost its log (I3). */
  public static Joining inPlaceOf(ReplacementRecord lost, List<Seat> seats, JoinQuestions questions,
      CountDownLatch stop) {
    ReplaceRequest request = ReplaceRequest.newBuilder().setClusterId(lost.formed().clusterId())
        .setId(lost.old().id().value()).setOldIncarnation(lost.old().incarnation())
        .setNewIncarnation(lost.newIncarnation()).build();
    return new Joining(lost.renewed(), lost.formed().clusterId(), seats, seat -> questions.replace(seat, request),
        stop);
  }

  /**
   * Asks once whoever is needed to find the leader.
   *
   * @return null: not yet, {@link #reasons} says why
   * @throws StartRefused if it can never be, as things stand
   */
  public @Nullable Accepted round() throws StartRefused, InterruptedException {
    switch (search.round(seats)) {
      case LeaderSearch.Outcome.Done<JoinResponse>(JoinResponse answer) -> {
        try {
          return accepted(answer.getJoined());
        } catch (IllegalArgumentException e) {
          reasons = List.of("the leader answers what cannot be true: " + e.getMessage());
          return null;
        }
      }
      case LeaderSearch.Outcome.NotYet<JoinResponse>(NotJoined leaderSays, List<String> why) -> {
        reasons = why;
        if (leaderSays != null && leaderSays.hasVoter()) {
          voter = Optional.of(leaderSays.getVoter());
        }
        return null;
      }
      case LeaderSearch.Outcome.Never<JoinResponse>(String message) -> throw new StartRefused(message);
    }
  }

  private Accepted accepted(Joined joined) {
    FormedRecord formed = JoinCodec.formed(joined);
    if (clusterId != 0 && formed.clusterId() != clusterId) {
      throw new IllegalArgumentException("it is of cluster " + Identity.hex(formed.clusterId()) + ", not of "
          + Identity.hex(clusterId));
    }
    KnownMembers members = JoinCodec.members(joined, formed.clusterId());
    if (!members.binds(self)) {
      throw new IllegalArgumentException(self.id() + " is none of the members " + members.configuration());
    }
    return new Accepted(formed, members, joined.hasWasVoter() ? Optional.of(joined.getWasVoter()) : Optional.empty());
  }

  /** All that stood in the way in the last round, one sentence each. */
  public List<String> reasons() {
    return reasons;
  }

  /** Of a replacement: whether the old incarnation is a voter, as the leader said in a round that came to nothing. */
  public Optional<Boolean> voter() {
    return voter;
  }
}
