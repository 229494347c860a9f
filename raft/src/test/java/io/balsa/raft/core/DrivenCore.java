package io.balsa.raft.core;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.Append;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.Send;
import io.balsa.raft.action.SendAppend;
import io.balsa.raft.action.Sync;
import io.balsa.raft.input.Applied;
import io.balsa.raft.input.CheckTimers;
import io.balsa.raft.input.Input;
import io.balsa.raft.input.Persisted;
import io.balsa.raft.input.Proposal;
import io.balsa.raft.input.Propose;
import io.balsa.raft.input.Receive;
import io.balsa.raft.input.Tick;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogIndex;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.port.RecoveredLog;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One core, of a cluster of three voters unless it is said otherwise, driven by hand. Time passes and disks finish only when the test says so. */
final class DrivenCore {
  static final NodeId SELF = new NodeId("n2");
  static final NodeId A = new NodeId("n1");
  static final NodeId B = new NodeId("n3");
  static final long MS = 1_000_000;
  /** The nonce of its read requests. */
  static final long BOOT = 77;

  final RaftCore core;
  private final List<Action> actions = new ArrayList<>();
  private long nowNanos;
  private long lastSync;

  static final Configuration CONFIGURATION = new Configuration(
      Stream.of(A, SELF, B).map(id -> member(id, true)).toList());

  /** A core whose log holds one entry of each of these terms. */
  DrivenCore(long term, long... entryTerms) {
    this(CONFIGURATION, RaftConfig.DEFAULT, new HardState(term, null), LogId.ZERO, LogId.ZERO, null, entryTerms);
  }

  private DrivenCore(Configuration configuration, RaftConfig config, HardState hardState, LogId base, LogId applied,
      @Nullable LogStart resetOwed, long... entryTerms) {
    LogIndex index = new LogIndex(base);
    for (long entryTerm : entryTerms) {
      index.append(entryTerm, index.lastIndex() + 1, Entry.OVERHEAD_BYTES);
    }
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    core = new RaftCore(SELF, 1, config,
        new RecoveredLog(hardState, index, 0, configuration), applied, resetOwed, BOOT, random);
    step(new Tick(0));
  }

  /** A core that was started again after it had voted in this term. */
  static DrivenCore restartedHavingVoted(NodeId candidate, long term, long... entryTerms) {
    return new DrivenCore(CONFIGURATION, RaftConfig.DEFAULT, new HardState(term, candidate), LogId.ZERO, LogId.ZERO,
        null, entryTerms);
  }

  /** A core whose log begins behind {@code base}, and whose state machine holds and owes this. */
  static DrivenCore behind(long term, LogId base, LogId applied, @Nullable LogStart resetOwed, long... entryTerms) {
    return new DrivenCore(CONFIGURATION, RaftConfig.DEFAULT, new HardState(term, null), base, applied, resetOwed,
        entryTerms);
  }

  /** A core with this first configuration and an empty log. */
  static DrivenCore in(Configuration configuration, RaftConfig config) {
    return new DrivenCore(configuration, config, new HardState(0, null), LogId.ZERO, LogId.ZERO, null);
  }

  /** A member with the incarnation that all have here. */
  static Member member(NodeId id, boolean voter) {
    return new Member(id, 1, voter, id + ":1", id + ":2");
  }

  /** One step; its actions are returned and kept for {@link #take}. */
  List<Action> step(Input input) {
    List<Action> made = core.step(input);
    actions.addAll(made);
    for (Action action : made) {
      if (action instanceof Sync sync) {
        lastSync = sync.seq();
      }
    }
    return made;
  }

  List<Action> receive(NodeId from, Message message) {
    return receive(from, 1, message);
  }

  List<Action> receive(NodeId from, long incarnation, Message message) {
    return step(new Receive(from, incarnation, message));
  }

  /** Everything asked of the disk is done. */
  void persist() {
    if (lastSync > 0) {
      step(new Persisted(lastSync));
    }
  }

  /** Time passes in ticks of 10 ms, each with its look at the timers. */
  void pass(long millis) {
    for (long i = 0; i < millis / 10; i++) {
      nowNanos += 10 * MS;
      step(new Tick(nowNanos));
      step(new CheckTimers());
    }
  }

  /** Time passes, and nobody looks at the timers yet. */
  void tick(long millis) {
    nowNanos += millis * MS;
    step(new Tick(nowNanos));
  }

  /** Time passes until this node takes the role. */
  void passUntil(Role role) {
    for (int i = 0; core.role() != role; i++) {
      Check.that(i < 1_000, "still %s after 10 s", core.role());
      pass(10);
    }
  }

  /** Everything that was asked for since this was last called. */
  List<Action> take() {
    List<Action> taken = List.copyOf(actions);
    actions.clear();
    return taken;
  }

  /** The same, and adds it to what was made before. */
  List<Action> take(List<Action> before) {
    List<Action> taken = take();
    before.addAll(taken);
    return taken;
  }

  /** Makes it the leader of a new term, its no-op committed and applied, and forgets the actions. */
  void lead() {
    passUntil(Role.PRE_CANDIDATE);
    receive(A, new PreVoteReply(core.term() + 1, true));
    persist();
    receive(A, new RequestVoteReply(core.term(), true));
    persist();
    acceptAll(A);
    acceptAll(B);
    serve();
  }

  /** The same, and only {@code peer} has the log. */
  void leadWith(NodeId peer) {
    passUntil(Role.PRE_CANDIDATE);
    receive(peer, new PreVoteReply(core.term() + 1, true));
    persist();
    receive(peer, new RequestVoteReply(core.term(), true));
    persist();
    acceptAll(peer);
    serve();
  }

  private void serve() {
    step(new Applied(core.lastLogId().index(), Long.MAX_VALUE));
    take();
  }

  void acceptAll(NodeId from) {
    receive(from, new AppendEntriesAccepted(core.term(), core.lastLogId().index()));
  }

  List<Action> propose() {
    return step(new Propose(List.of(new Proposal(EntryType.COMMAND, Bytes.EMPTY))));
  }

  static Entry entry(long term, long index) {
    return new Entry(EntryType.COMMAND, term, index, 0, Bytes.EMPTY);
  }

  /** The messages of this kind among the actions, those that wait for a sync included. */
  static <M extends Message> List<M> sent(List<Action> actions, Class<M> kind) {
    List<M> found = new ArrayList<>();
    for (Action action : actions) {
      List<Send> sends = switch (action) {
        case Send send -> List.of(send);
        case Sync sync -> sync.thenSend();
        default -> List.of();
      };
      sends.stream().map(Send::message).filter(kind::isInstance).map(kind::cast).forEach(found::add);
    }
    return found;
  }

  static List<SendAppend> appendsTo(NodeId to, List<Action> actions) {
    return ofKind(actions, SendAppend.class).stream().filter(send -> send.to().equals(to)).toList();
  }

  static <T extends Action> List<T> ofKind(List<Action> actions, Class<T> kind) {
    return actions.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  static boolean appends(List<Action> actions) {
    return !ofKind(actions, Append.class).isEmpty();
  }
}
