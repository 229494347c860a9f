package io.balsa.raft.port;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogIndex;

/**
 * What a log held when it was opened.
 *
 * @param index              terms and sizes of all entries; it belongs to the core from now on
 * @param lastStampNanos     the stamp of the last entry, or of the base when there is none
 * @param configuration      the newest configuration in the log (committed or not), or that of the first segment's header
 * @param configurationIndex the index of its entry; the base's index when it stands in the header
 */
public record RecoveredLog(HardState hardState, LogIndex index, long lastStampNanos, Configuration configuration,
    long configurationIndex) {
}
