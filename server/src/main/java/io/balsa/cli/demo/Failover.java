package io.balsa.cli.demo;

import java.time.Duration;

/**
 * One killed leader.
 *
 * @param killed the node
 * @param successor who leads after it
 * @param term of the successor
 * @param writeGap between the last write acknowledged before and the first one after
 */
record Failover(String killed, String successor, long term, Duration writeGap) {}
