package io.balsa.raft.sim.invariant;

import io.balsa.raft.sim.Invariant;
import java.util.List;

/** All of them, made anew for each run. */
public final class Invariants {
  private Invariants() {
  }

  public static List<Invariant> all() {
    return List.of(new ElectionSafety(), new LeaderAppendOnly(), new LogMatching(), new AppendsMatch(),
        new LeaderCompleteness(),
        new LeaderCommitsOwnTerm(),
        new StateMachineSafety(), new CommittedOnQuorum(), new MonotonicPointers(), new PointerOrder(),
        new OneVotePerTerm(), new DurableAcks(), new ClockBound(), new ClockStepBound(), new StampedAfterAsked(),
        new ClockStandsStill(),
        new ReplyMatchesEntry(),
        new RejectedInNoLog(), new ReadIndexCovers(), new RoundsAnswered(), new ReplicasAgree(), new AnsweredOnce(),
        new InstallsCommitted(),
        new NothingDropped(),
        new CompactedBelowFlushed(), new LeaderUndisturbed(), new ElectedByMajority(), new StandsOnlyAsVoter(),
        new SingleServerChange(), new PromotedCaughtUp(), new ChangeMatchesEntry(), new ForgetfulTold());
  }
}
