package io.balsa.storage.snapshot;

import io.balsa.storage.kv.Checkpoint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A snapshot as a stream of bytes, and where what stands in it:
 *
 * <pre>
 *   8  magic "BALSASN1"
 *   4  length of the table of files
 *   4  CRC32C of the table
 *   .  the table: number of files; for each the length of its name, its name, its length
 *   .  the files' bytes, one file behind the other
 *   4n CRC32C of each file, in their order
 *   4  CRC32C of the table and the checksums before this one
 * </pre>
 *
 * Numbers are big-endian, lengths of files 8 bytes, all others 4. Checksums stand behind what they are of, so whoever sends reads each
 * file once; the table stands first, so whoever receives can go on in the middle. A backup file holds the same bytes.
 */
final class SnapshotManifest {
  static final int PREFIX_BYTES = 16;

  private static final byte[] MAGIC = "BALSASN1".getBytes(StandardCharsets.US_ASCII);
  private static final int TABLE_BYTES_MAX = 16 << 20;
  /** Of a file that may be made in any directory: no way out of it. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}");

  private final byte[] head;
  private final List<Checkpoint.File> files;
  private final long[] starts;

  private SnapshotManifest(byte[] head, List<Checkpoint.File> files) {
    this.head = head;
    this.files = files;
    this.starts = new long[files.size() + 1];
    starts[0] = head.length;
    for (int i = 0; i < files.size(); i++) {
      starts[i + 1] = starts[i] + files.get(i).bytes();
    }
  }

  static SnapshotManifest of(List<Checkpoint.File> files) {
    int bytes = Integer.BYTES;
    List<byte[]> names = new ArrayList<>();
    for (Checkpoint.File file : files) {
      byte[] name = file.name().getBytes(StandardCharsets.UTF_8);
      names.add(name);
      bytes += Integer.BYTES + name.length + Long.BYTES;
    }
    ByteBuffer head = ByteBuffer.allocate(PREFIX_BYTES + bytes).put(MAGIC).putInt(bytes).putInt(0).putInt(files.size());
    for (int i = 0; i < files.size(); i++) {
      head.putInt(names.get(i).length).put(names.get(i)).putLong(files.get(i).bytes());
    }
    head.putInt(PREFIX_BYTES - Integer.BYTES, tableChecksum(head.array()));
    return decode(head.array());
  }

  /**
   * How long the head is.
   *
   * @param prefix its first {@link #PREFIX_BYTES}
   * @throws IllegalArgumentException if no snapshot begins like this
   */
  static int headBytes(byte[] prefix) {
    ByteBuffer in = ByteBuffer.wrap(prefix);
    byte[] magic = new byte[MAGIC.length];
    in.get(magic);
    int table = in.getInt();
    if (!Arrays.equals(magic, MAGIC) || table < Integer.BYTES || table > TABLE_BYTES_MAX) {
      throw new IllegalArgumentException("no snapshot begins like this");
    }
    return PREFIX_BYTES + table;
  }

  /** @throws IllegalArgumentException if this is no whole head */
  static SnapshotManifest decode(byte[] head) {
    if (head.length < PREFIX_BYTES || headBytes(head) != head.length) {
      throw new IllegalArgumentException("the table of files is cut short");
    }
    ByteBuffer in = ByteBuffer.wrap(head).position(PREFIX_BYTES);
    if (ByteBuffer.wrap(head).getInt(PREFIX_BYTES - Integer.BYTES) != tableChecksum(head)) {
      throw new IllegalArgumentException("the checksum of the table of files is wrong");
    }
    List<Checkpoint.File> files = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>();
    try {
      for (int count = in.getInt(); count > 0; count--) {
        byte[] name = new byte[in.getInt()];
        in.get(name);
        Checkpoint.File file = new Checkpoint.File(new String(name, StandardCharsets.UTF_8), in.getLong());
        if (!NAME.matcher(file.name()).matches() || file.bytes() < 0 || !names.add(file.name())) {
          throw new IllegalArgumentException("a file of a snapshot cannot be " + file);
        }
        files.add(file);
      }
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new IllegalArgumentException("the table of files does not hang together", e);
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("the table of files does not hang together");
    }
    return new SnapshotManifest(head, List.copyOf(files));
  }

  private static int tableChecksum(byte[] head) {
    CRC32C crc = new CRC32C();
    crc.update(head, PREFIX_BYTES, head.length - PREFIX_BYTES);
    return (int) crc.getValue();
  }

  /** Prefix and table. */
  byte[] head() {
    return head;
  }

  List<Checkpoint.File> files() {
    return files;
  }

  /** Where the bytes of a file begin; of the file behind the last one: where the checksums begin. */
  long start(int file) {
    return starts[file];
  }

  long tailStart() {
    return starts[files.size()];
  }

  long totalBytes() {
    return tailStart() + Integer.BYTES * (files.size() + 1L);
  }

  /** The file that holds this byte; files without bytes hold none. */
  int fileAt(long offset) {
    int low = 0;
    int high = files.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** What stands behind the files. */
  byte[] tail(int[] checksums) {
    ByteBuffer tail = ByteBuffer.allocate(Integer.BYTES * (checksums.length + 1));
    for (int checksum : checksums) {
      tail.putInt(checksum);
    }
    CRC32C crc = new CRC32C();
    crc.update(head);
    crc.update(tail.array(), 0, Integer.BYTES * checksums.length);
    return tail.putInt((int) crc.getValue()).array();
  }
}
