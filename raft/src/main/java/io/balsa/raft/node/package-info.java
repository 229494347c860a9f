/**
 * The plumbing around the core: mailbox, stages, pending calls. Start at RaftNode.
 */
@NullMarked
package io.balsa.raft.node;

import org.jspecify.annotations.NullMarked;
