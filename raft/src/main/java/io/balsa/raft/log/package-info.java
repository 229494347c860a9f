/**
 * The log as values: entries, their ids, what a node must never forget, the membership. No behaviour beyond checks.
 */
@NullMarked
package io.balsa.raft.log;

import org.jspecify.annotations.NullMarked;
