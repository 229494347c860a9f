package io.balsa.raft.input;

/**
 * What can happen to the core. Inputs go in one at a time; each gives an ordered list of actions. A poll of the node is:
 * {@link Tick}, then completions and peer messages, then {@link CheckTimers} (C7), then proposals and reads.
 */
public sealed interface Input permits Tick, CheckTimers, Receive, Propose, Read, Persisted, Applied, PeerDown, PeerUp,
    TransferLeadership, SnapshotOpened, SnapshotChecked, ChunkStored, ReceivedRefused, Installed, LogResetForgotten,
    Compacted, ChangeMembership {
}
