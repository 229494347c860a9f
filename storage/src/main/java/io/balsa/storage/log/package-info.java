/**
 * The Raft log on disk: rules L1 to L5 of the safety rules, and the log's half of C6, in segment files of batch frames.
 *
 * <p>Start at {@link io.balsa.storage.log.SegmentedLog}: the raft thread buffers into it, the log writer makes what was
 * buffered durable with one frame, one positional write and one fdatasync. {@code FrameFormat} says which bytes that
 * are, {@code Recovery} what they mean after a crash. Everything reaches the disk through the port
 * {@link io.balsa.storage.log.Disk}, which has a real implementation here and a simulated one among the tests.
 *
 * <p>Invariants:
 * <ul>
 * <li>Batch N+1 is not written before the fdatasync of batch N has returned (L2). Everything that recovery concludes
 * rests on this.
 * <li>Nothing that was written is written over, except the marker, which only ever proves that something was durable
 * (L4).
 * <li>A file has the name of a segment only when it is zero-filled and synced to its whole size (L4).
 * <li>Nothing is handed out by an open log that a power cut could still take away (L3).
 * <li>A file leaves only when what takes its place is durable, and no removal overtakes an earlier one (L5, C6).
 * <li>After a failed write or sync this log never writes again; the process ends (L3).
 * </ul>
 *
 * <p>What is left (L2): rot of exactly the last batch, when the marker's newest bytes were lost too and the state
 * machine has not applied that batch, looks like a torn batch and is cut. That takes rot and a power loss together, on
 * the same node.
 *
 * <p>Each segment opens with the LogId, stamp and configuration before its first entry, so almost any segment can be
 * the first one. Segments before S go once that LogId of S is at or below the index compacted to, unless a truncation
 * behind S's begin has made it wrong (L5). A segment whose first frame is flagged as a reset is the first one whatever
 * stands before it (C6).
 */
@NullMarked
package io.balsa.storage.log;

import org.jspecify.annotations.NullMarked;
