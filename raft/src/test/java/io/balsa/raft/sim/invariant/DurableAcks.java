package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import java.util.HashMap;
import java.util.Map;

/**
 * An AppendEntries is acknowledged only when its term and its entries are on the disk (C1); a snapshot only when the log holds its
 * last entry, or begins behind it, on the disk (C6).
 */
public final class DurableAcks implements Invariant {
  private final Map<Long, Long> lastIncluded = new HashMap<>();

  @Override
  public void sent(NodeView from, NodeId to, Message message) {
    switch (message) {
      case AppendEntriesAccepted accepted -> check(from, accepted, accepted.matchIndex());
      case InstallSnapshot install ->
        lastIncluded.put(install.snapshot().id(), install.snapshot().lastIncluded().index());
      case InstallSnapshotReply reply -> {
        if (reply.installed()) {
          check(from, reply, lastIncluded.getOrDefault(reply.snapshotId(), Long.MAX_VALUE));
        }
      }
      default -> {
      }
    }
  }

  private void check(NodeView from, Message accepted, long matchIndex) {
    long term = from.durable().hardState().term();
    if (term > accepted.term()) {
      return; // a later leader may have made this node truncate since; the old leader counts the past, rightly
    }
    if (term < accepted.term() || from.durable().lastIndex() < matchIndex) {
      throw violated(from.id() + " sends " + accepted + " with term " + term + " and " + from.durable().lastIndex()
          + " entries on its disk");
    }
  }
}
