package io.balsa.cli.demo;

import java.time.Duration;

/**
 * One follower that lost its state.
 *
 * @param node the node
 * @param deleted what was deleted
 * @param logBegins the first entry that its log still had: what is before it can only come in a snapshot
 * @param snapshot the index of the snapshot that it installed
 * @param took from its start until it had caught up
 */
record Repair(String node, StateFiles.Deleted deleted, long logBegins, long snapshot, Duration took) {}
