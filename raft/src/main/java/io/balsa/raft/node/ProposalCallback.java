package io.balsa.raft.node;

import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.LogId;

/** Who waits for a proposal. Exactly one method is called, once, on a thread of the node: it returns at once. */
public interface ProposalCallback<R> {
  /** The entry of this very index and term was applied, with this result. Applier's thread. */
  void applied(LogId id, R result);

  /** It is in no log and never will be (E1). */
  void rejected(Rejection why);

  /** It was proposed, and this node cannot say what became of it (OUTCOME_UNKNOWN). */
  void unknown();
}
