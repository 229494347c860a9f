package io.balsa.raft.sim;

import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;
import io.balsa.raft.port.RecoveredLog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One property that holds at every moment of every run. It is told of what happens, in order, and throws {@link Violation}.
 * Each call is cheap: constant time, but for the rare events.
 */
public interface Invariant {
  default void begins(World world) {}

  default void started(NodeView node, RecoveredLog recovered) {}

  /** The process is gone; {@link NodeView#durable} says what is left. */
  default void crashed(NodeView node) {}

  default void roleChanged(NodeView node, RoleChanged change) {}

  default void hardStateSaved(NodeView node, HardState hardState) {}

  /** Before the log loses these. */
  default void truncating(NodeView node, long fromIndex) {}

  /** The raft thread of this node read its clock. */
  default void clockRead(NodeView node, long nanos) {
  }

  /** An entry stands in a log for the first time: its leader made it. */
  default void created(NodeView leader, Ledger.Known entry) {
  }

  /** @param first what is known of the entry since it was created */
  default void appended(NodeView node, Entry entry, LogId before, Ledger.Known first) {}

  /** A sync of this node's log returned. */
  default void persisted(NodeView node) {}

  /** Before the log drops all its entries, to begin behind this one. */
  default void resetting(NodeView node, LogId base) {}

  /** The log let go of everything up to this index. */
  default void compacted(NodeView node, long index) {}

  /** The state machine of this node, which had applied {@code before}, became a snapshot. */
  default void installed(NodeView node, long before, LogId id) {}

  default void sent(NodeView from, NodeId to, Message message) {}

  /** The transport said that this peer's process is gone, or that it is there (C4); the node hears of it at its next poll. */
  default void peerTold(NodeView node, NodeId peer, boolean up) {}

  /** The node's commit index moved to here. The ledger holds the committed entries. */
  default void committed(NodeView node, long commitIndex) {}

  /**
   * The node applied up to here before the poll in which its commit index moved, to here or further, was over (it was preempted
   * there): so far it is committed.
   */
  default void committedAtLeast(NodeView node, long index) {
    committed(node, index);
  }

  /** The node was polled: its pointers may have moved. */
  default void polled(NodeView node, Pointers pointers) {}

  /** Applied in the machine of this node; not yet told to anyone. */
  default void applied(NodeView node, Entry entry, @Nullable Object result) {}

  /** @param digest of the whole state after {@code index} */
  default void stateAt(NodeView node, long index, long digest) {}

  /** A proposal was made in this process. */
  default void proposed(NodeView node, Call call) {}

  default void repliedApplied(NodeView node, Call call, LogId id, @Nullable Object result) {}

  default void repliedRejected(NodeView node, Call call) {}

  default void repliedUnknown(NodeView node, Call call) {}

  /** Another membership is wanted. */
  default void changeAsked(NodeView node, Call call) {}

  default void changeApplied(NodeView node, Call call, Configuration configuration, long index) {}

  /** The leader says that this peer lost what it had acknowledged (I4). */
  default void peerForgot(NodeView leader, NodeView peer) {}

  default void readAsked(NodeView node, Call call) {}

  default void readReady(NodeView node, Call call, long readIndex) {}

  /** All is healed, quiet, and equal as far as it can be. */
  default void ended(List<? extends NodeView> core) {}

  default Violation violated(String message) {
    return new Violation(getClass().getSimpleName(), message);
  }
}
