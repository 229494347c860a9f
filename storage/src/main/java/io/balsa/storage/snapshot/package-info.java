/**
 * Snapshots of the state: taken, sent, received and installed (C6), and the directories in which the state lives.
 *
 * <p>Start at {@link io.balsa.storage.snapshot.StateDirectory}. On disk, in the directory of a group:
 * <ul>
 * <li>{@code CURRENT}: which directory holds the state, the LogId that it held when it became current, and whether the log is
 * still to be reset to that. Replaced by temp, fsync, rename, fsync of the directory: it is the old one or the new one.
 * <li>{@code state-<index>...}: a state. Only the one that CURRENT names counts.
 * <li>{@code INCOMING}: which directory a snapshot is being received into, and up to where it is durable there.
 * <li>{@code checkpoint-<n>}: a snapshot that is being sent; of a process that has ended: rubbish.
 * <li>{@code ....corrupt}: a damaged state that was set aside; the last one is kept, for people.
 * </ul>
 *
 * <p>Invariants:
 * <ul>
 * <li>A directory becomes current only after all its files and its name are durable, what the disk gives back has the checksums of the
 * stream and those that its own store wrote, and its own rows say that it holds what the snapshot's meta promised.
 * <li>Nothing is removed before CURRENT, which no longer names it, is durable; then file by file, on no thread that others wait for. What
 * is left of it at a start goes then.
 * <li>Every step reaches the disk through the port {@link io.balsa.storage.snapshot.Volume}, and each place between two steps
 * at which a crash would be told apart from the one before has a name in {@link io.balsa.storage.snapshot.CrashPoint}.
 * </ul>
 */
@NullMarked
package io.balsa.storage.snapshot;

import org.jspecify.annotations.NullMarked;
