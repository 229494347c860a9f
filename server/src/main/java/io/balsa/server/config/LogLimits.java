package io.balsa.server.config;

/**
 * How long a node's log is kept, and in what pieces.
 *
 * @param segmentBytes of one file of the log: it is let go of as a whole
 * @param keepEntries  the newest entries that stay when the log is compacted, for followers that lag (L5)
 * @param flushBytes   the state is flushed when the log has grown by so much since, so that it can be compacted (L5)
 */
public record LogLimits(int segmentBytes, int keepEntries, long flushBytes) {
  public static final LogLimits DEFAULT = new LogLimits(64 << 20, 100_000, 256L << 20);

  /** Files of a log grow by pages. */
  static final int PAGE_BYTES = 4096;
}
