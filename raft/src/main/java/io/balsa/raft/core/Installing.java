package io.balsa.raft.core;

import io.balsa.raft.action.DropReceived;
import io.balsa.raft.action.ForgetLogReset;
import io.balsa.raft.action.InstallState;
import io.balsa.raft.action.StoreChunk;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.SnapshotRefused;
import org.jspecify.annotations.Nullable;

/** What a follower does with the snapshot that its leader sends (C6). */
final class Installing {
  private enum Use {
    /** The state holds it already, or will, from the log. */
    NONE,
    /** Neither state nor log would be whole with it: a newer one is needed. */
    TOO_OLD, KEEP_LOG, RESET_LOG
  }

  /** What arrives, chunk by chunk, from the leader of one term. */
  private static final class Reception {
    final long number;
    final long term;
    final SnapshotMeta snapshot;
    /** All of it is here and durable. */
    boolean whole;

    Reception(long number, long term, SnapshotMeta snapshot) {
      this.number = number;
      this.term = term;
      this.snapshot = snapshot;
    }
  }

  private final RaftState state;
  private final Roles roles;
  private final Following following;
  private @Nullable Reception reception;
  private long lastNumber;
  /** The newest that was not what had been sent. */
  private @Nullable SnapshotMeta refused;

  Installing(RaftState state, Roles roles, Following following) {
    this.state = state;
    this.roles = roles;
    this.following = following;
  }

  void onInstallSnapshot(Peer from, InstallSnapshot request) {
    following.obey(from);
    if (state.install != null) {
      return; // the end of it will be told
    }
    SnapshotMeta snapshot = request.snapshot();
    switch (use(snapshot.lastIncluded())) {
      case NONE -> {
        drop();
        tellInstalled(snapshot);
      }
      case TOO_OLD -> drop();
      case KEEP_LOG, RESET_LOG -> {
        if (refused != null && refused.id() == snapshot.id()) {
          tellRefused(snapshot); // that was said, and lost: all of it would come once more
          return;
        }
        Reception current = reception;
        if (current == null || current.term != state.term() || current.snapshot.id() != snapshot.id()) {
          current = new Reception(++lastNumber, state.term(), snapshot);
          reception = current;
        }
        if (!current.whole) {
          state.out.add(new StoreChunk(current.number, current.snapshot, request.offset(), request.data()));
        }
      }
    }
  }

  /** C6: "Ignore one whose index is applied. If the log has its LogId, nothing after it is ever dropped." */
  private Use use(LogId last) {
    if (last.index() <= state.appliedIndex()) {
      return Use.NONE;
    }
    if (!state.isStateLost()) {
      return state.log.matches(last) ? Use.NONE : resetLog(last);
    }
    if (last.index() < state.log.base().index()) {
      return Use.TOO_OLD; // entries between it and the log would be missing, and the log's are acknowledged
    }
    return state.log.matches(last) ? Use.KEEP_LOG : resetLog(last);
  }

  private Use resetLog(LogId last) {
    Check.that(last.index() > state.commitIndex(), "the leader's snapshot is of %s, committed here is another %d", last,
        state.commitIndex());
    return Use.RESET_LOG;
  }

  void onChunkStored(long number, long nextOffset, boolean whole) {
    Reception current = reception;
    if (current == null || current.number != number || state.install != null) {
      return;
    }
    if (whole) {
      current.whole = true;
      installIfDurable();
    } else if (state.role instanceof FollowerState follower && follower.leader != null) {
      state.reply(follower.leader,
          new InstallSnapshotReply(state.term(), current.snapshot.id(), nextOffset, false));
    }
  }

  /** Whoever received it has discarded it. */
  void onReceivedRefused(long number) {
    Reception current = reception;
    if (current != null && current.number == number && state.install == null) {
      reception = null;
      refused = current.snapshot;
      tellRefused(current.snapshot);
    }
  }

  private void tellRefused(SnapshotMeta snapshot) {
    if (state.role instanceof FollowerState follower && follower.leader != null) {
      state.reply(follower.leader, new SnapshotRefused(state.term(), snapshot.id()));
    }
  }

  /**
   * What is whole is installed, unless that has become needless; but not before this term is durable, nor before what the log holds
   * of it is: to the next start, a state of a later term than the hard state's, or beyond the end of the log, would be corruption.
   */
  private void installIfDurable() {
    Reception whole = reception;
    if (whole == null || !whole.whole || state.install != null || !state.syncs.isHardStateDurable()
        || state.out.isHardStateBuffered()) {
      return;
    }
    SnapshotMeta snapshot = whole.snapshot;
    Use use = use(snapshot.lastIncluded());
    if (use == Use.KEEP_LOG && snapshot.lastIncluded().index() > state.syncs.persistedIndex()) {
      return;
    }
    switch (use) {
      case NONE -> {
        drop();
        tellInstalled(snapshot);
      }
      case TOO_OLD -> drop();
      case KEEP_LOG, RESET_LOG -> {
        if (!(state.role instanceof FollowerState)) {
          roles.becomeFollower(null, "installs a snapshot");
        }
        state.install = new Install(
            new LogStart(snapshot.lastIncluded(), snapshot.stampNanos(), snapshot.configuration()),
            use == Use.RESET_LOG);
        state.out.add(new InstallState(whole.number, use == Use.RESET_LOG));
      }
    }
  }

  void onInstalled(long nextDueNanos) {
    Install install = state.install;
    Check.that(install != null && install.stage == Install.Stage.INSTALLING, "a snapshot that was not asked for");
    if (install != null) {
      state.nextDueNanos = nextDueNanos;
      state.installed(install);
      if (!install.resetLog) {
        finish();
      }
    }
  }

  /** Something became durable: the reset log perhaps, or the term. */
  void persisted() {
    Install install = state.install;
    if (install != null && install.stage == Install.Stage.RESETTING && state.syncs.isPersisted(install.resetSeq)) {
      install.stage = Install.Stage.FORGETTING;
      state.out.add(new ForgetLogReset());
    }
    installIfDurable();
  }

  void onLogResetForgotten() {
    Check.that(state.install != null && state.install.stage == Install.Stage.FORGETTING, "no log reset to forget");
    finish();
  }

  /** C6: "only then reply and take appends". */
  private void finish() {
    state.install = null;
    Reception done = reception;
    reception = null;
    state.applyWhatIsReady();
    if (done != null) {
      tellInstalled(done.snapshot);
    }
  }

  /** The leader counts this like an acknowledgement of everything up to the snapshot. */
  private void tellInstalled(SnapshotMeta snapshot) {
    long index = snapshot.lastIncluded().index();
    if (!state.isStateLost()) {
      state.commitTo(index);
    }
    if (state.role instanceof FollowerState follower && follower.leader != null) {
      InstallSnapshotReply reply = new InstallSnapshotReply(state.term(), snapshot.id(), snapshot.bytes(), true);
      if (index <= state.syncs.persistedIndex()) {
        state.reply(follower.leader, reply);
      } else {
        state.replyAfterSync(follower.leader, reply);
      }
    }
  }

  /** Whether only a snapshot brings this state further: it is lost, or one arrives or is being installed. */
  boolean isBehindSnapshot() {
    return state.install != null || state.isStateLost()
        || (reception != null && reception.snapshot.lastIncluded().index() > state.appliedIndex());
  }

  /** What came in part from the leader of an earlier term is not gone on with. */
  void judge() {
    if (reception != null && state.install == null && reception.term != state.term()) {
      drop();
    }
  }

  private void drop() {
    if (reception != null) {
      state.out.add(new DropReceived(reception.number));
      reception = null;
    }
  }
}
