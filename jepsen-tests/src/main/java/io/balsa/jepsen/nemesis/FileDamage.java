package io.balsa.jepsen.nemesis;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;

/** Harm to a file of a node that does not run. What it says was done has been read back. */
final class FileDamage {
  private static final int FLIPS_MOST = 8;
  private static final int PAGE_BYTES = 4096;
  private static final int CUT_BYTES_MOST = 64 * 1024;

  private FileDamage() {}

  /** Changes one to eight bits within this stretch. */
  static String flipBits(Path file, Stretch within, Random random) {
    Set<String> flipped = new LinkedHashSet<>();
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      for (int flips = Draw.between(1, FLIPS_MOST, random); flips > 0; flips--) {
        long at = within.begin() + (long) (random.nextDouble() * (within.end() - within.begin()));
        int bit = random.nextInt(Byte.SIZE);
        if (!flipped.add(at + "." + bit)) {
          continue; // twice would be as before
        }
        int before = byteAt(bytes, at);
        bytes.seek(at);
        bytes.write(before ^ (1 << bit));
        if (byteAt(bytes, at) != (before ^ (1 << bit))) {
          throw new IllegalStateException("byte " + at + " of " + file + " did not change");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "bits " + flipped + " of " + file.getFileName();
  }

  private static int byteAt(RandomAccessFile bytes, long at) throws IOException {
    bytes.seek(at);
    return bytes.readUnsignedByte();
  }

  /** Cuts the file off before the end of this stretch, which shrinks by one byte at least and stays in part. */
  static String cutTail(Path file, Stretch used, Random random) {
    long most = Math.min(CUT_BYTES_MOST, used.end() - used.begin() - 1);
    long end = used.end() - 1 - (long) (random.nextDouble() * most);
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(end);
      if (bytes.length() != end) {
        throw new IllegalStateException(file + " was to end at " + end + " and ends at " + bytes.length());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.getFileName() + " cut off at " + end + ", " + (used.end() - end) + " bytes before its end";
  }

  /**
   * A part of a file.
   *
   * @param begin its first byte
   * @param end behind its last one
   */
  record Stretch(long begin, long end) {}

  /** All of a file. */
  static Stretch whole(Path file) {
    return new Stretch(0, file.toFile().length());
  }

  /**
   * The part of a log segment that is in use: up to the last byte that is not zero, to the end of its page. The zeros behind were
   * written ahead of time, and hold nothing that could be damaged. Empty for a segment that nothing has been written to.
   */
  static Stretch used(Path segment) {
    byte[] page = new byte[PAGE_BYTES];
    try (RandomAccessFile bytes = new RandomAccessFile(segment.toFile(), "r")) {
      long end = bytes.length();
      while (end > 0) {
        long begin = (end - 1) / PAGE_BYTES * PAGE_BYTES;
        int length = (int) (end - begin);
        bytes.seek(begin);
        bytes.readFully(page, 0, length);
        if (!isZero(page, length)) {
          break;
        }
        end = begin;
      }
      return new Stretch(0, end);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isZero(byte[] page, int length) {
    for (int i = 0; i < length; i++) {
      if (page[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
