package io.balsa.raft.sim;

import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.node.MembershipCallback;
import java.util.ArrayList;
import java.util.List;

/** The changes of the membership that were asked for and may yet be made. */
final class ChangeCalls<R> {
  private record Asked<R>(SimProcess<R> process, MembershipChange change) {
  }

  private final Cluster<R> cluster;
  private final List<Asked<R>> asked = new ArrayList<>();

  ChangeCalls(Cluster<R> cluster) {
    this.cluster = cluster;
  }

  /** What no answer has come for from a process that runs; what ended with its process stands in its log, or nowhere. */
  List<MembershipChange> underWay() {
    asked.removeIf(each -> each.process().isEnded());
    return asked.stream().map(Asked::change).toList();
  }

  void ask(SimProcess<R> process, MembershipChange change) {
    boolean ofLeader = change.id().equals(process.home().id());
    Asked<R> call = new Asked<>(process, change);
    asked.add(call);
    process.changeMembership(change, new MembershipCallback() {
      @Override
      public void applied(Configuration configuration, long index) {
        end(switch (change) {
          case MembershipChange.AddLearner ignored -> MembershipEvent.ADDED;
          case MembershipChange.Bind ignored -> MembershipEvent.BOUND;
          case MembershipChange.Promote ignored -> MembershipEvent.PROMOTED;
          case MembershipChange.Remove ignored ->
            ofLeader ? MembershipEvent.LEADER_REMOVED : MembershipEvent.REMOVED;
          case MembershipChange.Replace ignored -> MembershipEvent.EXCHANGED;
          case MembershipChange.Update ignored -> MembershipEvent.UPDATED;
        });
      }

      @Override
      public void rejected(MembershipRejection why, String message) {
        cluster.counts().refused(why);
        end(MembershipEvent.REFUSED);
      }

      @Override
      public void unknown() {
        end(MembershipEvent.UNKNOWN);
      }

      private void end(MembershipEvent event) {
        asked.remove(call);
        cluster.counts().add(event);
      }
    });
  }
}
