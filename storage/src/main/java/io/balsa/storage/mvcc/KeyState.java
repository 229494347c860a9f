package io.balsa.storage.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.balsa.proto.v1.KeyValue;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.RowWriter;
import io.balsa.storage.kv.StateCorruptException;
import org.jspecify.annotations.Nullable;

/**
 * The newest version of a key: a row of CURRENT.
 *
 * @param createRevision the revision that created it; 0 for a key that does not exist
 * @param modRevision    the revision of this version; of a key that does not exist the one that deleted it, or 0 if that is
 *                       not known or there was none
 * @param version        1 at creation, +1 a change
 * @param lease          0: none
 * @param value          null: not loaded; it stands in VERSIONS
 */
public record KeyState(long createRevision, long modRevision, long version, long lease, @Nullable ByteString value) {
  /** A key that does not exist: its numbers are 0. */
  public static final KeyState ABSENT = new KeyState(0, 0, 0, 0, null);

  private static final int ROW_BYTES_TYPICAL = 16;

  /** A key that does not exist since {@code revision} deleted it: {@link #ABSENT}, but for that it is known when it changed. */
  public static KeyState deleted(long revision) {
    return new KeyState(0, revision, 0, 0, null);
  }

  public boolean exists() {
    return version != 0;
  }

  /** This key's next version. */
  public KeyState changed(long revision, long newLease, ByteString newValue) {
    return new KeyState(exists() ? createRevision : revision, revision, version + 1, newLease, newValue);
  }

  public byte[] encode() {
    return new RowWriter(ROW_BYTES_TYPICAL).putVarLong(createRevision).putVarLong(modRevision).putVarLong(version)
        .putVarLong(lease).toBytes();
  }

  public static KeyState decode(byte[] row) throws StateCorruptException {
    RowReader in = new RowReader(ColumnFamily.CURRENT, row);
    return new KeyState(in.readVarLong(), in.readVarLong(), in.readVarLong(), in.readVarLong(), null);
  }

  /** As it goes over the wire. {@code key} is taken over. */
  public KeyValue toKeyValue(byte[] key, ByteString withValue) {
    return KeyValue.newBuilder().setKey(UnsafeByteOperations.unsafeWrap(key)).setValue(withValue)
        .setCreateRevision(createRevision).setModRevision(modRevision).setVersion(version).setLease(lease).build();
  }
}
