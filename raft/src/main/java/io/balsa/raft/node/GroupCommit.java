package io.balsa.raft.node;

import java.util.ArrayList;
import java.util.List;

/**
 * Lets proposals gather while a leader has others under way, so that more of them share a message and a sync (group commit). A
 * proposal goes at once if next to nothing is under way: one caller alone never waits here. Any other goes when what is under way has
 * been committed, when enough have gathered, or after a bound, whichever comes first. Nothing is promised to a proposal that is held:
 * it is not in the log yet, and it is stamped when it goes.
 *
 * <p>Raft thread only, but for {@link #isHolding}.
 *
 * @param <R> the result of a command
 */
final class GroupCommit<R> {
  /** A batch of this many proposals, or bytes, gains next to nothing by more of them. */
  static final int ENOUGH = 256;
  static final long ENOUGH_BYTES = 256 << 10;

  private final long holdMaxNanos;
  private final int holdAbove;
  private List<PendingProposal<R>> held = new ArrayList<>();
  private long heldBytes;
  private long heldSinceNanos;
  private volatile boolean holding;

  /**
   * @param holdMaxNanos how long a proposal is held at most; 0: not at all
   * @param holdAbove    proposals are held only while more entries than this are under way
   */
  GroupCommit(long holdMaxNanos, int holdAbove) {
    this.holdMaxNanos = holdMaxNanos;
    this.holdAbove = holdAbove;
  }

  /**
   * Whether the raft thread comes back by itself, soon enough for a proposal that arrives now: at the bound, or when a sync or an
   * answer wakes it. That enough have gathered is seen then, too. Any thread, after it left the proposal in the mailbox.
   */
  boolean isHolding() {
    return holding;
  }

  /** A poll begins. To be called before the mailbox is emptied: whoever comes too late for it then wakes the raft thread again. */
  void pollBegins() {
    holding = false;
  }

  /**
   * @param arrived  since the last call
   * @param underWay entries of this leader that are not committed; 0 where none may be held
   * @return what goes now, in the order of arrival
   */
  List<PendingProposal<R>> gather(List<PendingProposal<R>> arrived, long underWay, long nowNanos) {
    if (held.isEmpty()) {
      heldSinceNanos = nowNanos;
    }
    held.addAll(arrived);
    for (PendingProposal<R> proposal : arrived) {
      heldBytes += proposal.payload().size();
    }
    if (underWay > holdAbove && !held.isEmpty() && held.size() < ENOUGH && heldBytes < ENOUGH_BYTES
        && nanosLeft(nowNanos) > 0) {
      holding = true;
      return List.of();
    }
    return takeAll();
  }

  /** Until what is held has to go; {@link Long#MAX_VALUE} when nothing is. */
  long nanosLeft(long nowNanos) {
    return held.isEmpty() ? Long.MAX_VALUE : heldSinceNanos + holdMaxNanos - nowNanos;
  }

  /** What is held, in the order of arrival; nothing is from then on. */
  List<PendingProposal<R>> takeAll() {
    List<PendingProposal<R>> taken = held;
    held = new ArrayList<>();
    heldBytes = 0;
    return taken;
  }
}
