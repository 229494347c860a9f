package io.balsa.storage.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.RowWriter;
import io.balsa.storage.kv.StateCorruptException;
import org.jspecify.annotations.Nullable;

/** The value of a row in VERSIONS: kind (1), then for a value: create revision, version, lease as varints, the bytes. */
final class VersionRow {
  private static final int VALUE = 1;
  private static final int TOMBSTONE = 2;
  private static final int HEADER_BYTES_TYPICAL = 16;
  private static final byte[] TOMBSTONE_ROW = {TOMBSTONE};

  private VersionRow() {
  }

  static byte[] value(KeyState state, ByteString value) {
    byte[] header = new RowWriter(HEADER_BYTES_TYPICAL).putByte(VALUE).putVarLong(state.createRevision())
        .putVarLong(state.version()).putVarLong(state.lease()).toBytes();
    byte[] row = new byte[header.length + value.size()];
    System.arraycopy(header, 0, row, 0, header.length);
    value.copyTo(row, header.length);
    return row;
  }

  static byte[] tombstone() {
    return TOMBSTONE_ROW;
  }

  /** The version with its value, or null for a tombstone. */
  static @Nullable KeyState decode(byte[] row, long revision) throws StateCorruptException {
    RowReader in = new RowReader(ColumnFamily.VERSIONS, row);
    int kind = in.readByte();
    if (kind == TOMBSTONE) {
      return null;
    }
    if (kind != VALUE) {
      throw in.corrupt("is of the unknown kind " + kind);
    }
    long createRevision = in.readVarLong();
    long version = in.readVarLong();
    long lease = in.readVarLong();
    ByteString value = UnsafeByteOperations.unsafeWrap(row, in.position(), row.length - in.position());
    return new KeyState(createRevision, revision, version, lease, value);
  }
}
