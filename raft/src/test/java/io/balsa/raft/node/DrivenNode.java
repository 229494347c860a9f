package io.balsa.raft.node;

import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.core.RaftConfig;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadIndex;
import io.balsa.raft.message.ReadIndexReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.NodeListener;
import io.balsa.raft.port.RenewalSource;
import io.balsa.raft.port.StateMachine;
import io.balsa.raft.port.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** A node of a cluster of three, its stages polled by hand; the other two agree to everything at once, while they are there. */
final class DrivenNode implements Transport, NodeListener, RenewalSource<String> {
  static final NodeId SELF = new NodeId("n2");
  private static final List<NodeId> MEMBERS = List.of(new NodeId("n1"), SELF, new NodeId("n3"));
  static final long MS = 1_000_000;

  /** The payload's text is the result. It records what it was given. */
  static class Texts implements StateMachine<String> {
    final List<Entry> applied = new ArrayList<>();
    long nextDueNanos = Long.MAX_VALUE;
    int flushes;
    /** Entries that it applies at once. */
    int batchMax = Integer.MAX_VALUE;
    private LogId flushed = LogId.ZERO;

    @Override
    public LogId applied() {
      return applied.isEmpty() ? LogId.ZERO : applied.get(applied.size() - 1).id();
    }

    @Override
    public List<@Nullable String> apply(List<Entry> entries) {
      List<Entry> first = entries.subList(0, Math.min(batchMax, entries.size()));
      applied.addAll(first);
      List<@Nullable String> results = new ArrayList<>();
      first.forEach(entry -> results.add("result of " + entry.id()));
      return results;
    }

    @Override
    public long nextDueNanos() {
      return nextDueNanos;
    }

    @Override
    public LogId flushedApplied() {
      return flushed;
    }

    @Override
    public void flush() {
      flushed = applied();
      flushes++;
    }

    @Override
    public void install(IncomingSnapshot snapshot, boolean resetLog) {
      throw new UnsupportedOperationException("install");
    }

    @Override
    public boolean takeObsolete() {
      return false;
    }

    @Override
    public boolean removeObsolete() throws IOException {
      throw new UnsupportedOperationException("removeObsolete");
    }

    @Override
    public void logReset() {
      throw new UnsupportedOperationException("logReset");
    }

    @Override
    public @Nullable LogStart logResetOwed() {
      return null;
    }

    @Override
    public void close() {
    }
  }

  /** Everything that was said to one who waits, in order. */
  static final class Answers implements ProposalCallback<String>, ReadCallback, TransferCallback, MembershipCallback {
    final List<String> heard = new ArrayList<>();

    @Override
    public synchronized void applied(LogId id, String result) {
      heard.add(result);
    }

    @Override
    public synchronized void applied(Configuration configuration, long index) {
      heard.add(ids(configuration) + " at " + index);
    }

    @Override
    public synchronized void rejected(MembershipRejection why, String message) {
      heard.add(why.name());
    }

    @Override
    public synchronized void ready(long readIndex) {
      heard.add("ready");
    }

    @Override
    public synchronized void rejected(Rejection why) {
      heard.add(why.name());
    }

    @Override
    public synchronized void unknown() {
      heard.add("unknown");
    }

    @Override
    public synchronized void ended(boolean transferred, String reason) {
      heard.add(transferred ? "transferred" : reason);
    }
  }

  final Texts machine = new Texts();
  final RaftNode<String> node;
  /** What comes with the next renewals taken. */
  @Nullable
  PendingProposal<String> renewal;
  /** Whether committed entries are applied. */
  boolean applies = true;
  /** Whether the peers answer. */
  boolean peersAnswer = true;
  /** What a peer that leads answers to a ReadIndex. */
  long leaderCommit;
  /** What the listener heard of the membership, and the messages that left, in order. */
  final List<String> told = new ArrayList<>();
  /** Run whenever a message leaves, after its answer has arrived. */
  Runnable onSend = () -> {
  };
  long nowNanos;

  DrivenNode(NodeConfig config) {
    List<Member> members = MEMBERS.stream().map(id -> new Member(id, 1, true, id + ":1", id + ":2")).toList();
    node = new RaftNode<>(config, SELF, 1, new MemoryLog(new Configuration(members)), machine, new NoSnapshots(), this,
        this, this,
        RandomGeneratorFactory.of("L64X128MixRandom").create(7), Runnable::run);
  }

  static NodeConfig config(int proposalsMax, int readsMax) {
    NodeConfig defaults = NodeConfig.of(RaftConfig.DEFAULT);
    return new NodeConfig(defaults.core(), 0, proposalsMax, defaults.proposalBytesMax(), readsMax,
        defaults.peerMessagesMax(), defaults.followerBacklogMax(), defaults.applyBatchBytesMax(),
        defaults.renewalIntervalNanos(), defaults.keepEntries(), defaults.keepBytes(), defaults.flushBytes(),
        defaults.proposalHoldMaxNanos(), defaults.proposalHoldAbove());
  }

  @Override
  public void send(NodeId to, long incarnation, Message message) {
    told.add("to " + to);
    if (peersAnswer) {
      Message answer = switch (message) {
        case PreVote request -> new PreVoteReply(request.term(), true);
        case RequestVote request -> new RequestVoteReply(request.term(), true);
        case AppendEntries request -> new AppendEntriesAccepted(request.term(), request.lastIndex());
        case ReadIndex request -> new ReadIndexReply(request.term(), request.boot(), request.read(), leaderCommit);
        case Heartbeat heartbeat -> new HeartbeatReply(heartbeat.term(), heartbeat.round(), heartbeat.commitIndex());
        default -> null;
      };
      if (answer != null) {
        node.receive(to, 1, answer);
      }
    }
    onSend.run();
  }

  @Override
  public void roleChanged(RoleChanged change) {
  }

  @Override
  public void snapshotDamaged(SnapshotMeta snapshot) {
  }

  @Override
  public void snapshotRefused(NodeId by, SnapshotMeta snapshot) {
  }

  @Override
  public void membershipChanged(Configuration newest, Configuration committed, long committedIndex) {
    told.add(ids(newest) + ", committed " + ids(committed) + " at " + committedIndex);
  }

  @Override
  public void peerForgot(NodeId peer, long matchIndex, long lastIndex) {
    told.add(peer + " forgot " + matchIndex + " " + lastIndex);
  }

  /** All ids, those of learners in parentheses. */
  static String ids(Configuration configuration) {
    StringBuilder text = new StringBuilder();
    configuration.members().forEach(member -> text.append(member.voter() ? member.id() : "(" + member.id() + ")"));
    return text.toString();
  }

  @Override
  public void fatal(String stage, Throwable cause) {
    throw new IllegalStateException(stage, cause);
  }

  @Override
  public @Nullable PendingProposal<String> take() {
    PendingProposal<String> taken = renewal;
    renewal = null;
    return taken;
  }

  /** Time passes in polls of 10 ms, each of every stage. */
  void pass(long millis) throws IOException {
    for (long i = 0; i < millis / 10; i++) {
      nowNanos += 10 * MS;
      poll();
    }
  }

  void poll() throws IOException {
    node.pollConsensus(() -> nowNanos);
    node.pollLogWriter();
    if (applies) {
      node.pollApplier();
    }
  }

  /** Time passes until it leads and serves. */
  void lead() throws IOException {
    for (int i = 0; node.status().role() != Role.LEADER || !node.status().readyToServe(); i++) {
      if (i > 1_000) {
        throw new IllegalStateException("no leader after 10 s: " + node.status());
      }
      pass(10);
    }
  }

  Answers propose() {
    Answers answers = new Answers();
    node.propose(Bytes.wrap(new byte[]{1}), answers);
    return answers;
  }

  Answers change(MembershipChange change) {
    Answers answers = new Answers();
    node.changeMembership(change, answers);
    return answers;
  }

  Answers read() {
    Answers answers = new Answers();
    node.read(answers);
    return answers;
  }

  Answers readLeading() {
    Answers answers = new Answers();
    node.readLeading(answers);
    return answers;
  }
}
