package io.balsa.server;

import io.balsa.raft.core.PeerStatus;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.NodeStatus;
import io.balsa.server.grpc.NodeFacts;
import io.balsa.server.identity.Identity;
import io.balsa.server.join.Promotion;
import io.balsa.server.ops.Readiness;
import io.balsa.server.space.SpaceQuota;
import io.balsa.storage.snapshot.BackupStream;
import io.balsa.storage.snapshot.SnapshotCounts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node says about itself to Status, /ready and the metrics. Any thread; from memory. */
final class NodeView implements NodeFacts, Readiness {
  private static final Logger log = LoggerFactory.getLogger(NodeView.class);

  private final NodeId self;
  private final Entry entry;
  private final SpaceQuota space;
  private final long startedNanos = System.nanoTime();
  private volatile @Nullable RunningGroup group;
  private volatile @Nullable Promotion promotion;
  private volatile String removed = "";
  private volatile boolean formed;
  private volatile boolean stopping;
  private volatile long committedWhenLastSeen;
  private volatile long logBytes;
  private volatile long stateBytes;

  /** @param entry how the node comes into its cluster, if it is not in it */
  NodeView(NodeId self, Entry entry, SpaceQuota space) {
    this.self = self;
    this.space = space;
    this.entry = entry;
  }

  /** The node belongs to a cluster, and is about to run. */
  void formed() {
    formed = true;
  }

  void running(RunningGroup running) {
    group = running;
  }

  /** It asks to be a voter. */
  void promotes(Promotion asking) {
    promotion = asking;
  }

  /** The node is a member no more. */
  void removed(String why) {
    removed = why;
  }

  void stopping() {
    stopping = true;
  }

  @Override
  public List<String> notReadyBecause() {
    RunningGroup running = group;
    if (!removed.isEmpty()) {
      return List.of(removed);
    }
    if (stopping) {
      return List.of(self + " is stopping");
    }
    if (running == null && !entry.sentence().isEmpty()) {
      List<String> reasons = new ArrayList<>(List.of(entry.sentence()));
      reasons.addAll(entry.reasons());
      return reasons;
    }
    if (running == null) {
      return List.of(self + " is starting" + (formed ? ": it opens its log and its state" : ""));
    }
    NodeStatus status = running.status();
    List<String> reasons = new ArrayList<>();
    if (status.leader() == null) {
      reasons.add("no leader is known in term " + status.term());
      running.transport().troubles().forEach((peer, trouble) -> {
        if (!trouble.isEmpty()) {
          reasons.add(peer + ": " + trouble);
        }
      });
    }
    lostState(status).ifPresent(reasons::add);
    Identity identity = running.membership().self();
    if (!status.committedConfiguration().binds(identity.id(), identity.incarnation())) {
      reasons.add("its log has not come as far as the entry that made it a member");
    }
    long committed = committedWhenLastSeen;
    if (status.appliedIndex() < committed) {
      reasons.add("applied up to entry " + status.appliedIndex() + " of " + committed + " that are committed");
    }
    committedWhenLastSeen = status.commitIndex();
    return reasons;
  }

  @Override
  public boolean ready() {
    return notReadyBecause().isEmpty();
  }

  @Override
  public List<String> alarms() {
    RunningGroup running = group;
    if (!removed.isEmpty()) {
      return List.of(removed);
    }
    if (running == null) {
      // One that waits to be formed has done nothing wrong; one that lost its log needs a look at its disk.
      return formed && !entry.sentence().isEmpty() ? List.of(entry.sentence()) : List.of();
    }
    List<String> alarms = new ArrayList<>(running.refusals());
    NodeStatus status = running.status();
    lostState(status).ifPresent(alarms::add);
    for (PeerStatus peer : status.peers()) {
      if (peer.hasForgotten()) {
        alarms.add(
            peer.id() + " lost entries that it had acknowledged: its disk does not keep what it confirms. It counts for"
                + " nothing until it is replaced");
      }
    }
    if (space.isExceeded()) {
      alarms.add(self + ": " + space.text());
    }
    Promotion asking = promotion;
    if (asking != null && !asking.trouble().isEmpty()) {
      alarms.add(self + " waits to be a voter again: " + asking.trouble());
    }
    return alarms;
  }

  private Optional<String> lostState(NodeStatus status) {
    return status.isStateLost()
        ? Optional.of(self + " lost its state, and its log begins at entry " + status.firstIndex()
            + ": it waits for a snapshot from the leader")
        : Optional.empty();
  }

  @Override
  public long logBytes() {
    return logBytes;
  }

  @Override
  public long stateBytes() {
    return stateBytes;
  }

  @Override
  public SnapshotCounts snapshots() {
    RunningGroup running = group;
    return running == null ? SnapshotCounts.NONE : running.storage().snapshots().counts();
  }

  @Override
  public BackupStream openBackup(long minIndex) throws IOException {
    RunningGroup running = group;
    if (running == null) {
      throw new IllegalStateException("no group is served yet");
    }
    return BackupStream.open(running.storage().snapshots(), minIndex, running.group().clusterId(),
        System.currentTimeMillis(), version());
  }

  /** Asks the disk for the sizes, so that nobody who wants to know them waits for it. */
  void measure() {
    RunningGroup running = group;
    if (running != null) {
      try {
        logBytes = running.storage().logBytes();
        stateBytes = running.storage().stateBytes();
        space.measured(stateBytes);
      } catch (IOException e) {
        // No reason to stop: whoever writes there finds out what is wrong.
        log.warn("the size of log or state cannot be told: {}", e.toString());
      }
    }
  }

  @Override
  public List<NodeId> transferTargets() {
    RunningGroup running = group;
    return running == null ? List.of() : running.transferTargets();
  }

  @Override
  public long uptimeMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
  }

  @Override
  public String version() {
    String version = BalsaServer.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
