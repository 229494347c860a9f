package io.balsa.bench.micro;

import io.balsa.bench.load.LoadPlan;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.mvcc.Rows;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * What it costs to make and to read the keys of MVCC rows. Each put makes several, and a read of a range, a watch and the removal of
 * history read one for each row that they pass.
 *
 * <p>A zero byte in a user key is escaped, byte by byte; keys of text have none and are copied in one piece.
 */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RowKeysBenchmark extends InnerPart {
  private static final int BINARY_KEY_BYTES = 12;

  /** What the user's keys look like. */
  public enum KeyKind {
    /** Letters and digits. */
    TEXT,
    /** A small number in as many bytes: most are zero. */
    ZEROS
  }

  @Param
  private KeyKind key = KeyKind.TEXT;

  private byte[] userKey = {};
  private byte[] row = {};
  private byte[] olderRow = {};
  private long revision = 1_234_567;
  private int sub = 3;

  @Setup
  public void make() {
    userKey = LoadPlan.key(4711).getBytes(StandardCharsets.UTF_8);
    if (key == KeyKind.ZEROS) {
      userKey = Arrays.copyOf(new byte[]{7}, BINARY_KEY_BYTES);
    }
    row = Rows.version(userKey, revision);
    olderRow = Rows.version(userKey, revision - 1);
  }

  /** The row of VERSIONS that a put writes. */
  @Benchmark
  public byte[] version() {
    return Rows.version(userKey, revision);
  }

  /** Where a read of a key begins to look. */
  @Benchmark
  public byte[] versionPrefix() {
    return Rows.versionPrefix(userKey);
  }

  /** The row of REVISIONS that a put writes. */
  @Benchmark
  public byte[] revision() {
    return Rows.revision(revision, sub);
  }

  @Benchmark
  public long revisionOf() {
    return Rows.revisionOf(row);
  }

  @Benchmark
  public byte[] userKeyOf() throws StateCorruptException {
    return Rows.userKeyOf(row);
  }

  /** Of the same key: all of it is compared. */
  @Benchmark
  public boolean sameKey() {
    return Rows.sameKey(row, olderRow);
  }
}
