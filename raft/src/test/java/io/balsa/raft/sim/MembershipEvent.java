package io.balsa.raft.sim;

/** What happens to the membership of a cluster. Each is counted; one that never happened in a build fails it. */
public enum MembershipEvent {
  /** Changes that were applied. */
  ADDED, BOUND, PROMOTED, REMOVED, LEADER_REMOVED, EXCHANGED, UPDATED,
  /** A change was refused, for whatever reason; its caller does not know what became of it; a log lost its entry. */
  REFUSED, UNKNOWN, TRUNCATED,
  /** A new node, or a new incarnation of one, got its answer and began; the answer was lost and it asked again. */
  JOINED, REPLACED, ANSWER_LOST,
  /** A directory is gone; a disk does not hold any more what it confirmed, and the leader, or the node itself, found out (I4). */
  DIRECTORY_LOST, DISK_FORGOT, TOLD_TO_STOP, FOUND_BY_ITSELF,
  /** A node took the word of one that its own newest configuration does not name; or turned one away that was removed. */
  UNKNOWN_ADMITTED, REMOVED_REFUSED,
  /** A message came from an incarnation that the newest configuration of its receiver does not bind. */
  LATE_WORD,
  /** A node whose own newest configuration leaves it out stood for election (thesis 4.2.2). */
  LEFT_OUT_STOOD
}
