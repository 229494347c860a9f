package io.balsa.server.identity;

import io.balsa.raft.log.NodeId;
import java.util.List;

/**
 * Who a data directory is (I1).
 *
 * @param incarnation the random number written at its first start; never 0. The same id with another one is another node
 */
public record Identity(NodeId id, long incarnation) {
  private static final String MAGIC = "balsa-identity 1";

  byte[] encode() {
    return ChecksummedText.encode(List.of(MAGIC, "id " + id, "incarnation " + hex(incarnation)));
  }

  static Identity decode(byte[] content) {
    List<String> lines = ChecksummedText.decode(content);
    if (lines.size() != 3 || !lines.get(0).equals(MAGIC)) {
      throw new IllegalArgumentException("it is no identity that this version of Balsa can read");
    }
    return new Identity(new NodeId(field(lines.get(1), "id ")),
        Long.parseUnsignedLong(field(lines.get(2), "incarnation "), 16));
  }

  static String field(String line, String name) {
    if (!line.startsWith(name)) {
      throw new IllegalArgumentException("it lacks \"" + name.strip() + "\"");
    }
    return line.substring(name.length());
  }

  /** How incarnations and cluster ids are shown to people. */
  public static String hex(long number) {
    return String.format("%016x", number);
  }
}
