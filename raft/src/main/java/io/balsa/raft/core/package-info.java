/**
 * The pure core: a deterministic state machine without thread, clock, file or random source of its own. Start at RaftCore.
 */
@NullMarked
package io.balsa.raft.core;

import org.jspecify.annotations.NullMarked;
