package io.balsa.raft.node;

import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.log.Configuration;

/** Who waits for a change of the membership. Exactly one method is called, once, on a thread of the node: it returns at once. */
public interface MembershipCallback {
  /**
   * The change is committed and applied here. Applier's thread.
   *
   * @param index of its entry
   */
  void applied(Configuration configuration, long index);

  /**
   * It is in no log and never will be (E1).
   *
   * @param message why, for people
   */
  void rejected(MembershipRejection why, String message);

  /** It was appended, and this node cannot say what became of it: ask for the members, at whoever leads then. */
  void unknown();
}
