package io.balsa.server.identity;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The format of the small files of a data directory: lines of text that a person can read, then a line with the CRC32C of
 * all before it.
 */
final class ChecksummedText {
  private static final String CHECKSUM = "crc32c ";

  private ChecksummedText() {
  }

  static byte[] encode(List<String> lines) {
    String body = String.join("\n", lines) + "\n";
    return (body + CHECKSUM + checksum(body) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** @throws IllegalArgumentException if these are not whole the bytes that were encoded */
  static List<String> decode(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    int last = text.lastIndexOf(CHECKSUM);
    if (last < 0) {
      throw new IllegalArgumentException("it has no checksum");
    }
    String body = text.substring(0, last);
    if (!text.substring(last).equals(CHECKSUM + checksum(body) + "\n")) {
      throw new IllegalArgumentException("its checksum is wrong");
    }
    return body.lines().toList();
  }

  private static String checksum(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }
}
