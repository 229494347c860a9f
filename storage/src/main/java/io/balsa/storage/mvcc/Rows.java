package io.balsa.storage.mvcc;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.RowWriter;
import io.balsa.storage.kv.StateCorruptException;
import java.util.Arrays;

/**
 * The keys of the MVCC tables.
 *
 * <pre>
 * CURRENT     user key                                    -> KeyMeta
 * VERSIONS    escaped(user key), ~revision (8)            -> VersionRow
 * REVISIONS   revision (8), sub (4)                       -> kind (1), revision that it superseded, user key
 * LEASE_KEYS  lease id (8), user key                      -> nothing
 * </pre>
 *
 * {@code escaped} writes a zero byte as 00 FF and ends with 00 01. So rows order as user keys do, bytewise, and no escaped
 * key is a prefix of another; all versions of a key stand together, the newest first, because the revision is inverted.
 */
public final class Rows {
  private static final byte ZERO_FOLLOWER = (byte) 0xff;
  private static final byte END_FOLLOWER = 1;
  private static final int REVISION_BYTES = Long.BYTES;

  private Rows() {
  }

  /** What all rows of this key in VERSIONS begin with, and no other row. */
  public static byte[] versionPrefix(byte[] userKey) {
    return escape(userKey, 0);
  }

  /** Bytes as the first part of a key that has more: see above. */
  public static byte[] escaped(byte[] bytes) {
    return escape(bytes, 0);
  }

  /** What the escaped forms of all bytes that begin with {@code prefix} begin with. */
  public static byte[] escapedPrefix(byte[] prefix) {
    byte[] escaped = escape(prefix, 0);
    return Arrays.copyOf(escaped, escaped.length - 2);
  }

  /** A key behind all that begin with the escaped form of {@code bytes}, and before that of whatever orders behind it. */
  public static byte[] behindEscaped(byte[] bytes) {
    byte[] behind = escape(bytes, 0);
    behind[behind.length - 1]++;
    return behind;
  }

  public static byte[] version(byte[] userKey, long revision) {
    byte[] row = escape(userKey, REVISION_BYTES);
    putRevision(row, revision);
    return row;
  }

  /** The row of the key of {@code row} at {@code revision}. */
  static byte[] atRevision(byte[] row, long revision) {
    byte[] moved = row.clone();
    putRevision(moved, revision);
    return moved;
  }

  /** A key behind all versions of the key of {@code row}, and before those of every other key behind it. */
  static byte[] behindVersions(byte[] row) {
    byte[] behind = Arrays.copyOf(row, row.length + 1);
    Arrays.fill(behind, row.length - REVISION_BYTES, behind.length, (byte) 0xff);
    return behind;
  }

  /** The prefix of {@code row}: what all versions of its key begin with. */
  static byte[] prefixOf(byte[] row) {
    return Arrays.copyOf(row, row.length - REVISION_BYTES);
  }

  /** Whether two rows of VERSIONS are versions of one key. */
  public static boolean sameKey(byte[] row, byte[] other) {
    return row.length == other.length
        && Arrays.equals(row, 0, row.length - REVISION_BYTES, other, 0, other.length - REVISION_BYTES);
  }

  public static long revisionOf(byte[] row) {
    long inverted = 0;
    for (int i = row.length - REVISION_BYTES; i < row.length; i++) {
      inverted = inverted << 8 | (row[i] & 0xff);
    }
    return ~inverted;
  }

  /** The user key of a row of VERSIONS. */
  public static byte[] userKeyOf(byte[] row) throws StateCorruptException {
    return unescaped(ColumnFamily.VERSIONS, row, row.length - REVISION_BYTES);
  }

  /** The bytes whose escaped form is that of {@code row} up to {@code end}. */
  public static byte[] unescaped(ColumnFamily family, byte[] row, int end) throws StateCorruptException {
    byte[] key = new byte[Math.max(0, end)];
    int size = 0;
    int i = 0;
    while (i < end) {
      if (row[i] != 0) {
        key[size++] = row[i++];
        continue;
      }
      byte follower = i + 1 < end ? row[i + 1] : 0;
      i += 2;
      if (follower == END_FOLLOWER && i == end) {
        return Arrays.copyOf(key, size);
      }
      if (follower != ZERO_FOLLOWER) {
        break;
      }
      key[size++] = 0;
    }
    throw new RowReader(family, row).corrupt("has a key that was not written by this program");
  }

  public static byte[] revision(long revision, int sub) {
    return new RowWriter(Long.BYTES + Integer.BYTES).putLong(revision).putInt(sub).toBytes();
  }

  public static byte[] leaseKey(long leaseId, byte[] userKey) {
    return new RowWriter(Long.BYTES + userKey.length).putLong(leaseId).putBytes(userKey).toBytes();
  }

  /** The user key of a row of LEASE_KEYS. */
  public static byte[] userKeyOfLeaseKey(byte[] row) {
    return Arrays.copyOfRange(row, Long.BYTES, row.length);
  }

  /** A number as a key, ordered as numbers from 0 up are. */
  public static byte[] number(long number) {
    return new RowWriter(Long.BYTES).putLong(number).toBytes();
  }

  private static byte[] escape(byte[] userKey, int room) {
    int zeros = 0;
    for (byte b : userKey) {
      if (b == 0) {
        zeros++;
      }
    }
    byte[] escaped = new byte[userKey.length + zeros + 2 + room];
    int size = 0;
    if (zeros == 0) {
      System.arraycopy(userKey, 0, escaped, 0, userKey.length);
      size = userKey.length;
    } else {
      for (byte b : userKey) {
        escaped[size++] = b;
        if (b == 0) {
          escaped[size++] = ZERO_FOLLOWER;
        }
      }
    }
    escaped[size++] = 0;
    escaped[size] = END_FOLLOWER;
    return escaped;
  }

  private static void putRevision(byte[] row, long revision) {
    long inverted = ~revision;
    for (int i = 1; i <= REVISION_BYTES; i++) {
      row[row.length - i] = (byte) inverted;
      inverted >>>= 8;
    }
  }
}
