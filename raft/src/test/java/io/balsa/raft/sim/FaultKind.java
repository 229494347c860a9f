package io.balsa.raft.sim;

/** Everything that the simulator can do to a cluster. Each is counted; one that never happens fails the whole run. */
public enum FaultKind {
  MESSAGE_LOST, MESSAGE_DUPLICATED, MESSAGE_REORDERED, MESSAGE_CUT, MESSAGE_TO_DEAD,
  /** kill -9 of any process, of the leader's, of all at once. */
  KILL, KILL_LEADER, KILL_ALL,
  /** Power cut of one machine, of all at once. */
  POWER_CUT, POWER_CUT_ALL, RESTART,
  /** A process stands still (SIGSTOP, a long collection), the leader's, all. */
  PAUSE, PAUSE_LEADER, PAUSE_ALL,
  /** A node that does not lead stood still, or its process ended, while a read waited for its leader's answer (C3). */
  PAUSED_WHILE_READING, ENDED_WHILE_READING,
  /** Two sides that hear nothing from each other; one direction of some links; the leader alone; the leader deaf or mute. */
  PARTITION, CUT_ONE_WAY, ISOLATE_LEADER, LEADER_DEAF, LEADER_MUTE, HEAL,
  /** The leader, and whoever a minority has room for, are cut off and stand still until the others may have elected another. */
  LEADER_LEFT_BEHIND,
  /** All syncs of a node slow for a while; one sync that hangs (C5); one that fails (L3). */
  SLOW_DISK, STALLED_SYNC, FAILED_SYNC,
  /** One thread of a node stands still while the others run. */
  STALLED_CONSENSUS, STALLED_APPLIER, STALLED_READERS,
  /** A thread is preempted in the middle of its turn, at a call of a port, while everything else goes on. */
  PREEMPTED,
  /** The state store flushes, at a moment that the simulator picks. */
  FLUSH, TRANSFER, STOP_PROPOSALS,
  /** Evidence that a process is gone was given to a peer (C4). */
  PEER_DOWN, PEER_UP,
  /** Two halves that share one node; a link that comes and goes; one that keeps everything back; one slow in one direction. */
  BRIDGE, FLAPPING_LINK, CLOGGED_LINK, SLOW_DIRECTION,
  /** A write of the log that does nothing, or its first half, and fails; no room; a bit that changes, and that a start finds. */
  FAILED_WRITE, SHORT_WRITE, DISK_FULL, LOG_ROT, LOG_ROT_FOUND,
  /** A write of the state fails. */
  FAILED_STATE_WRITE
}
