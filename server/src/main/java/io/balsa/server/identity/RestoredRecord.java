package io.balsa.server.identity;

import java.util.List;

/**
 * Says that a snapshot was restored into a data directory, whole: what the node that is started there forms its cluster from (I2).
 *
 * @param digest of the backup file, the same wherever it was restored; never 0
 * @param file   what it was called, for people
 */
public record RestoredRecord(long digest, String file) {
  static final String FILE = "restored";

  private static final String MAGIC = "balsa-restored 1";

  byte[] encode() {
    return ChecksummedText.encode(List.of(MAGIC, "digest " + Identity.hex(digest), "file " + file.replace('\n', ' ')));
  }

  static RestoredRecord decode(byte[] content) {
    List<String> lines = ChecksummedText.decode(content);
    if (lines.size() != 3 || !lines.get(0).equals(MAGIC)) {
      throw new IllegalArgumentException("it is no record that this version of Balsa can read");
    }
    return new RestoredRecord(Long.parseUnsignedLong(Identity.field(lines.get(1), "digest "), 16),
        Identity.field(lines.get(2), "file "));
  }
}
