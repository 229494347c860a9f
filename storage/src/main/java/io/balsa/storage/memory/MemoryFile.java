package io.balsa.storage.memory;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.RowWriter;
import io.balsa.storage.kv.StateCorruptException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** All tables as the bytes of one file: each with its number of rows, each row with its lengths, at the end the CRC32C of all. */
final class MemoryFile {
  static final String NAME = "rows";

  private static final int MAGIC = 0x42414c52;
  private static final byte[] FIRST = new byte[0];

  private MemoryFile() {
  }

  static byte[] encode(List<PersistentTable> tables) {
    RowWriter out = new RowWriter(1 << 10).putInt(MAGIC).putVarLong(tables.size());
    for (PersistentTable table : tables) {
      long rows = 0;
      for (var row = table.atOrAfter(FIRST, false); row != null; row = table.atOrAfter(row.key, true)) {
        rows++;
      }
      out.putVarLong(rows);
      for (var row = table.atOrAfter(FIRST, false); row != null; row = table.atOrAfter(row.key, true)) {
        out.putVarLong(row.key.length).putBytes(row.key).putVarLong(row.value.length).putBytes(row.value);
      }
    }
    byte[] content = out.toBytes();
    return out.putInt(checksum(content, content.length)).toBytes();
  }

  static List<PersistentTable> decode(byte[] file) throws StateCorruptException {
    RowReader in = new RowReader(ColumnFamily.META, file);
    int contentBytes = file.length - Integer.BYTES;
    if (contentBytes < 0 || in.readInt() != MAGIC
        || new RowReader(ColumnFamily.META, Arrays.copyOfRange(file, contentBytes, file.length)).readInt() != checksum(
            file,
            contentBytes)) {
      throw in.corrupt("is no file of rows, or its checksum is wrong");
    }
    // A version that knew fewer tables wrote fewer.
    long present = in.readVarLong();
    List<PersistentTable> tables = new ArrayList<>();
    for (int i = 0; i < ColumnFamily.values().length; i++) {
      PersistentTable table = PersistentTable.EMPTY;
      for (long rows = i < present ? in.readVarLong() : 0; rows > 0; rows--) {
        byte[] key = in.readBytes(in.readVarLong());
        table = table.put(key, in.readBytes(in.readVarLong()));
      }
      tables.add(table);
    }
    return List.copyOf(tables);
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
