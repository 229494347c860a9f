package io.balsa.server;

import com.codahale.metrics.MetricRegistry;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Error;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.node.NodeConfig;
import io.balsa.raft.node.NodeStatus;
import io.balsa.raft.node.NodeThreads;
import io.balsa.raft.node.ProposalCallback;
import io.balsa.raft.node.RaftNode;
import io.balsa.raft.port.NodeListener;
import io.balsa.server.compaction.AutoCompaction;
import io.balsa.server.config.LogLimits;
import io.balsa.server.config.ServerConfig;
import io.balsa.server.grpc.Commands;
import io.balsa.server.grpc.Consensus;
import io.balsa.server.grpc.Errors;
import io.balsa.server.grpc.FreshReads;
import io.balsa.server.grpc.Gathering;
import io.balsa.server.grpc.Group;
import io.balsa.server.grpc.ProposalBudget;
import io.balsa.server.grpc.RenewalCollector;
import io.balsa.server.grpc.SessionStreams;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import io.balsa.server.join.LeaderAnswers;
import io.balsa.server.ops.MeteredConsensus;
import io.balsa.server.ops.MeteredLog;
import io.balsa.server.ops.MeteredMachine;
import io.balsa.server.space.ReclaimSchedule;
import io.balsa.server.space.SpaceQuota;
import io.balsa.server.transport.Contacts;
import io.balsa.server.transport.EventLoops;
import io.balsa.server.transport.LinkCounters;
import io.balsa.server.transport.Membership;
import io.balsa.server.transport.PeerEvents;
import io.balsa.server.transport.PeerTransport;
import io.balsa.server.watch.WatchHub;
import io.balsa.storage.state.StateReads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Raft group at work: consensus between its storage and its links to other members. Opened when the cluster is formed,
 * started once, closed once.
 */
final class RunningGroup implements NodeListener, PeerEvents {
  private static final Logger log = LoggerFactory.getLogger(RunningGroup.class);
  private static final int GROUP_ID = 0;
  /**
   * What all session streams together may have under way: enough for large batches, little enough that a new command does not
   * wait long behind them. The node accepts more, so that unary calls find room beside the streams.
   */
  private static final int STREAM_PROPOSALS_MAX = 16_384;
  private static final long STREAM_PROPOSAL_BYTES_MAX = 16 << 20;
  /** L5: never more of the log than this is kept for followers that lag. */
  private static final long LOG_KEEP_BYTES = 1L << 30;
  /** R3: a node that had no read index for so many election timeouts ends its watches. */
  private static final int WATCH_ELECTIONS = 3;
  private static final long HAND_OVER_MILLIS_MAX = 2_000;
  private static final long FINISH_MILLIS_MAX = 2_000;
  private static final long FINISH_STEP_MILLIS = 5;

  private final NodeId self;
  private final GroupStorage storage;
  private final FailStop failStop;
  private final Notices notices;
  private final Contacts contacts = new Contacts(System::nanoTime);
  private final Membership membership;
  private final PeerTransport transport;
  private final LeaderAnswers answers;
  private final RaftNode<Result> node;
  private final MeteredConsensus consensus;
  private final Group group;
  /** What peers that turn this node down say. */
  private final Map<NodeId, String> refusals = new ConcurrentSkipListMap<>();
  private final SpaceQuota space;
  private final ReclaimSchedule reclaims = new ReclaimSchedule();
  private final AutoCompaction autoCompaction;
  private final Executor workers;
  private @Nullable NodeThreads threads;

  /**
   * @param known   the members as they were last known
   * @param readers runs the reads of clients, which may wait for a disk
   * @param workers runs what else may: catch-up reads of the log, snapshots, backups, hashes
   * @param space   told whether this node leads
   */
  RunningGroup(ServerConfig config, Identity identity, FormedRecord formed, KnownMembers known, GroupStorage storage,
      EventLoops loops, LinkCounters links, MetricRegistry metrics, Executor readers, Executor workers,
      FailStop failStop,
      Notices notices, SpaceQuota space) {
    this.space = space;
    this.workers = workers;
    this.self = identity.id();
    this.storage = storage;
    this.failStop = failStop;
    this.notices = notices;
    this.membership = new Membership(identity, new KnownMembers(formed.clusterId(), 0, formed.initial()), known);
    this.transport = new PeerTransport(membership, contacts, config.peerRoutes(), loops, this, links);
    LogLimits limits = config.log();
    NodeConfig bounds = NodeConfig.DEFAULT.keeping(limits.keepEntries(), LOG_KEEP_BYTES, limits.flushBytes());
    SessionStreams streams = new SessionStreams(new ProposalBudget(STREAM_PROPOSALS_MAX, STREAM_PROPOSAL_BYTES_MAX));
    RenewalCollector renewals = new RenewalCollector(self, streams::acknowledged);
    this.node = new RaftNode<>(bounds, self, identity.incarnation(), new MeteredLog(storage.log(), metrics),
        new MeteredMachine<>(storage.machine(), metrics), storage.snapshots(), transport, this, renewals,
        new SplittableRandom(new SecureRandom().nextLong()), workers);
    this.consensus = new MeteredConsensus(Consensus.of(node), metrics);
    StateReads state = storage.machine().reads();
    this.group = new Group(formed.clusterId(), GROUP_ID, self, consensus, state,
        new FreshReads(self, consensus, state, System::nanoTime), readers, workers, renewals, streams,
        new WatchHub(state, readers, System::nanoTime, consensus::read,
            WATCH_ELECTIONS * bounds.core().electionTimeoutMaxNanos()));
    this.autoCompaction = new AutoCompaction(config.history(), this::compact);
    this.answers = new LeaderAnswers(identity, formed, node::status, node::changeMembership, contacts::silentNanos,
        config.replacement());
    membership.addListener(view -> refusals.keySet().removeIf(peer -> !view.isPeer(peer)));
  }

  Group group() {
    return group;
  }

  Membership membership() {
    return membership;
  }

  Contacts contacts() {
    return contacts;
  }

  /** What it does, as leader, for nodes that want to be members. */
  LeaderAnswers answers() {
    return answers;
  }

  PeerTransport transport() {
    return transport;
  }

  RaftNode<Result> node() {
    return node;
  }

  GroupStorage storage() {
    return storage;
  }

  NodeStatus status() {
    return node.status();
  }

  /** The first vote may be given from here on: {@code formed} says FORMED, durably. */
  void start() {
    threads = NodeThreads.start(node, this, self.value(), System::nanoTime);
    transport.start();
  }

  // ---- what happens to the node, on its threads

  @Override
  public void stageBegins() {
    Gathering.begin();
  }

  @Override
  public void stagePolled() {
    Gathering.handOver();
  }

  @Override
  public void roleChanged(RoleChanged change) {
    log.info("{} in term {}, leader {}: {}", change.role(), change.term(),
        change.leader() == null ? "unknown" : change.leader(), change.reason());
    space.leads(change.role() == Role.LEADER);
    if (change.role() == Role.LEADER) {
      group.renewals().leads();
    } else {
      Error why = Errors.notLeader(self, change.leader(), membership.view().newest());
      group.renewals().follows(why);
      group.streams().endAll(why);
    }
  }

  @Override
  public void snapshotDamaged(SnapshotMeta snapshot) {
    notices.say("the snapshot of entry " + snapshot.lastIncluded()
        + " that its leader sent arrived damaged and was discarded; the leader"
        + " is told, looks at what it holds, and sends another one");
  }

  @Override
  public void snapshotRefused(NodeId by, SnapshotMeta snapshot) {
    notices.say("the snapshot of entry " + snapshot.lastIncluded() + " arrived damaged at " + by
        + "; what this node holds was checked and"
        + " is whole, so look at the network, and at disk and memory of " + by + ". Another one follows after a pause");
  }

  @Override
  public void membershipChanged(Configuration newest, Configuration committed, long committedIndex) {
    log.info("members: {}; committed at {}: {}", text(newest), committedIndex, text(committed));
    membership.own(newest, new KnownMembers(membership.clusterId(), committedIndex, committed));
  }

  private static List<String> text(Configuration configuration) {
    return configuration.members().stream()
        .map(member -> member.id() + (member.isReserved() ? " reserved" : member.voter() ? "" : " learner") + "/"
            + Identity.hex(member.incarnation()))
        .toList();
  }

  @Override
  public void peerForgot(NodeId peer, long matchIndex, long lastIndex) {
    notices.say(peer + " lost entries that it had acknowledged: its log ends at " + lastIndex + ", it had confirmed "
        + matchIndex
        + ". Its disk does not keep what it confirms. It counts for nothing any more, and is told to stop");
  }

  @Override
  public void fatal(String stage, Throwable cause) {
    failStop.fatal(self, stage, cause);
  }

  // ---- what it does about its size by itself

  /** Every second or so; one thread. */
  void upkeep(long nowNanos) {
    StateReads state = group.reads();
    autoCompaction.poll(nowNanos, status().role() == Role.LEADER, state.revision(), state.compactedRevision());
    if (reclaims.begins(nowNanos, space.isExceeded(), storage.machine().versionsRemoved())) {
      workers.execute(this::reclaim);
    }
  }

  private void reclaim() {
    try {
      storage.machine().reclaim();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      reclaims.ended(System.nanoTime());
    }
  }

  /** Nobody waits for it: what comes to nothing is decided again. */
  private void compact(long revision) {
    consensus.propose(Commands.compact(revision), new ProposalCallback<>() {
      @Override
      public void applied(LogId id, Result result) {
        log.info("history before revision {} is given up: {}", revision,
            result.hasError() ? result.getError() : "done");
      }

      @Override
      public void rejected(Rejection why) {
        log.info("history before revision {} is not given up yet: {}", revision, why);
      }

      @Override
      public void unknown() {
        log.info("whether history before revision {} is given up is not known", revision);
      }
    });
  }

  // ---- what happens to the links

  @Override
  public void peerUp(NodeId peer) {
    refusals.remove(peer);
    node.peerUp(peer);
  }

  @Override
  public void peerDown(NodeId peer) {
    log.info("the process of {} is gone: its host refuses connections", peer);
    node.peerDown(peer);
  }

  @Override
  public void peerRefuses(NodeId peer, String reason, String message) {
    if (reason.equals("NOT_FORMED") || membership.view().isRemoved(membership.self())) {
      return; // it will; or this node knows, says so and stops
    }
    refusals.put(peer, peer + " turns this node down, " + reason + ": " + message);
    if (reason.equals("REMOVED")) {
      return; // if that is proven, this node says so and stops
    }
    notices.say(peer + " turns this node down, " + reason + ": " + message);
  }

  /** One sentence for each peer that turns this node down. */
  List<String> refusals() {
    return List.copyOf(refusals.values());
  }

  /** The other voters, those first that are connected. */
  List<NodeId> transferTargets() {
    List<NodeId> connected = new ArrayList<>();
    List<NodeId> others = new ArrayList<>();
    for (NodeId voter : status().configuration().voters()) {
      if (!voter.equals(self)) {
        (transport.isUp(voter) ? connected : others).add(voter);
      }
    }
    connected.addAll(others);
    return connected;
  }

  // ---- the end, in this order

  /** If this node leads, another one shall, so that writes go on at once. Within a bound. */
  void handOver() throws InterruptedException {
    for (NodeId target : transferTargets()) {
      if (status().role() != Role.LEADER || !transport.isUp(target)) {
        return;
      }
      CountDownLatch ended = new CountDownLatch(1);
      node.transferLeadership(target, (transferred, why) -> {
        log.info(transferred ? "handed leadership to {}" : "could not hand leadership to {}: {}", target, why);
        ended.countDown();
      });
      if (!ended.await(HAND_OVER_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  /** Takes nothing new, and waits a while for the answers of what clients have proposed. */
  void finish() throws InterruptedException {
    group.watches().stop();
    node.stopProposals();
    for (long waited = 0; consensus.underWay() > 0 && waited < FINISH_MILLIS_MAX; waited += FINISH_STEP_MILLIS) {
      TimeUnit.MILLISECONDS.sleep(FINISH_STEP_MILLIS);
    }
  }

  /** Writes what was asked of the disk, flushes, closes. */
  void close(Runnable readersStop) throws IOException {
    transport.close();
    if (threads != null) {
      threads.close();
    }
    readersStop.run();
    storage.close();
  }
}
