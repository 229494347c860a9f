/**
 * Compaction that nobody asks for: history beyond an age or a number of revisions is given up (A8). The decision is an entry
 * of the log, which a leader proposes; start at {@link io.balsa.server.compaction.AutoCompaction}.
 */
@NullMarked
package io.balsa.server.compaction;

import org.jspecify.annotations.NullMarked;
