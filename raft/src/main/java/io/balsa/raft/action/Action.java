package io.balsa.raft.action;

/**
 * What the core asks for. The order of a list of actions is the contract: whoever executes it goes from first to last.
 *
 * <p>{@link SaveHardState}, {@link Truncate}, {@link ResetLog} and {@link Append} only buffer; {@link Sync} makes all that is buffered durable
 * in one write and releases the messages that had to wait for it.
 */
public sealed interface Action permits SaveHardState, Truncate, Append, Sync, Send, SendAppend, Apply, AcceptProposals,
    RejectProposals, ReadReady, RejectRead, TransferEnded, RoleChanged, ClockDue, OpenSnapshot, SendSnapshotChunk,
    CheckSnapshot, CloseSnapshot, StoreChunk, DropReceived, InstallState, ResetLog, ForgetLogReset,
    MembershipAccepted, MembershipRejected, PeerForgot {
}
