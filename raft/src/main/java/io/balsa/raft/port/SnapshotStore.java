package io.balsa.raft.port;

import io.balsa.raft.log.SnapshotMeta;
import java.io.IOException;

/**
 * Snapshots of the state machine, to be sent and received, while it goes on. Any thread but the raft thread and the applier: all
 * of it may wait for a disk. A failure is the end of the process.
 *
 * <p>Worked example. A follower lacks entries that the leader's log no longer holds. The leader's node calls {@code open(1000)},
 * which flushes the state, links its files into a directory of their own and says that it holds everything up to 1017. The
 * follower's node calls {@code receive(meta)}, writes what comes, at last {@code finish()}, and hands it to {@link
 * StateMachine#install}. If the connection breaks, {@code receive(meta)} with the same meta goes on where it was, also after a
 * restart or not, as {@link IncomingSnapshot#nextOffset} says; with another meta it begins anew. If what came is not what was
 * sent, {@code finish()} says so and has discarded it; the leader's node then calls {@link OutgoingSnapshot#check}, lets go of the snapshot
 * and opens another one.
 */
public interface SnapshotStore {

  /** A snapshot that holds at least everything applied up to {@code minIndex}, which is applied: a new one, or one that is open and was not refused. */
  OutgoingSnapshot open(long minIndex) throws IOException;

  /**
   * The one snapshot that is being received; any other that arrived in part is discarded. An object that an earlier call returned
   * is not used any more.
   */
  IncomingSnapshot receive(SnapshotMeta meta) throws IOException;
}
