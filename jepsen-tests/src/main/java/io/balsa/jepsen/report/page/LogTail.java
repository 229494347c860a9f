package io.balsa.jepsen.report.page;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The end of a log.
 *
 * @param text whole lines
 * @param left bytes before it that are not in it
 */
record LogTail(String text, long left) {
  /**
   * Reads it. What is no UTF-8 is replaced.
   *
   * @param most so many bytes
   */
  static LogTail of(Path log, int most) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(log)) {
      long size = channel.size();
      long from = Math.max(0, size - most);
      channel.position(from);
      // A server may still be writing: what comes after the size that was seen is left.
      byte[] tail = Channels.newInputStream(channel).readNBytes((int) (size - from));
      int begin = from == 0 ? 0 : afterLine(tail);
      return new LogTail(new String(tail, begin, tail.length - begin, StandardCharsets.UTF_8), from + begin);
    }
  }

  /** Where the first whole line begins; 0: there is only a part of one. */
  private static int afterLine(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    return 0;
  }
}
