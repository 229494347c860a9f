package io.balsa.raft.node;

import io.balsa.raft.input.Input;
import io.balsa.raft.input.Receive;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.InstallSnapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * What other threads leave for the next poll. Bounded for everything that comes from outside: proposals and reads are refused,
 * peer messages dropped (E2). Completions are kept in slots that coalesce, so they are never dropped and never wait.
 *
 * @param <R> the result of a command
 */
final class Mailbox<R> {
  record Transfer(NodeId target, TransferCallback callback) {
  }

  record Change(MembershipChange change, MembershipCallback callback) {
  }

  /** All that one poll takes, in order of arrival within each kind. */
  static final class Letters<R> {
    final List<Input> inputs = new ArrayList<>();
    final List<Transfer> transfers = new ArrayList<>();
    final List<Change> changes = new ArrayList<>();
    final List<PendingProposal<R>> proposals = new ArrayList<>();
    final List<ReadCallback> reads = new ArrayList<>();
    /** Only while this node leads. */
    final List<ReadCallback> leaderReads = new ArrayList<>();
    /** 0: nothing became durable. */
    long persistedSeq;
    /** -1: nothing was applied. */
    long appliedIndex = -1;
    long nextDueNanos = Long.MAX_VALUE;
  }

  /** Chunks of snapshots are large, and a leader has one under way. */
  private static final int CHUNKS_MAX = 4;

  private final int peerMessagesMax;
  private Letters<R> letters = new Letters<>();
  private int peerMessages;
  private int chunks;
  private long droppedMessages;
  private boolean closed;

  Mailbox(int peerMessagesMax) {
    this.peerMessagesMax = peerMessagesMax;
  }

  /** @return whether it was kept */
  synchronized boolean addPeerMessage(Receive receive) {
    boolean chunk = receive.message() instanceof InstallSnapshot;
    if (closed || peerMessages >= peerMessagesMax || (chunk && chunks >= CHUNKS_MAX)) {
      droppedMessages++;
      return false;
    }
    chunks += chunk ? 1 : 0;
    peerMessages++;
    letters.inputs.add(receive);
    return true;
  }

  /** A fact or an order that may not be lost; there are few of them. */
  synchronized void addInput(Input input) {
    if (!closed) {
      letters.inputs.add(input);
    }
  }

  /** @return whether it was kept; a closed mailbox keeps nothing, and whoever brought it is to be told */
  synchronized boolean addTransfer(Transfer transfer) {
    return !closed && letters.transfers.add(transfer);
  }

  /** @return as {@link #addTransfer} */
  synchronized boolean addChange(Change change) {
    return !closed && letters.changes.add(change);
  }

  /** @return as {@link #addTransfer} */
  synchronized boolean addProposal(PendingProposal<R> proposal) {
    return !closed && letters.proposals.add(proposal);
  }

  /** @return as {@link #addTransfer} */
  synchronized boolean addRead(ReadCallback read) {
    return !closed && letters.reads.add(read);
  }

  /** @return as {@link #addTransfer} */
  synchronized boolean addLeaderRead(ReadCallback read) {
    return !closed && letters.leaderReads.add(read);
  }

  synchronized void persisted(long seq) {
    letters.persistedSeq = seq;
  }

  synchronized void applied(long index, long nextDueNanos) {
    letters.appliedIndex = index;
    letters.nextDueNanos = nextDueNanos;
  }

  synchronized Letters<R> take() {
    Letters<R> taken = letters;
    letters = new Letters<>();
    peerMessages = 0;
    chunks = 0;
    return taken;
  }

  /** Takes the last letters; from now on none is kept. */
  synchronized Letters<R> close() {
    closed = true;
    return take();
  }

  synchronized void countDropped() {
    droppedMessages++;
  }

  synchronized long droppedMessages() {
    return droppedMessages;
  }

  /** Whether a follower with too long a backlog may drop this; the leader sends it again. */
  static boolean carriesEntries(Input input) {
    return input instanceof Receive receive && receive.message() instanceof AppendEntries append
        && !append.entries().isEmpty();
  }
}
