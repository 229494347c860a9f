package io.balsa.storage.kv;

import java.util.Arrays;

/** Reads the bytes of a row that {@link RowWriter} built. A row that does not fit is corrupt. */
public final class RowReader {
  private final ColumnFamily family;
  private final byte[] bytes;
  private int position;

  public RowReader(ColumnFamily family, byte[] bytes) {
    this(family, bytes, 0);
  }

  /** From {@code position} on. */
  public RowReader(ColumnFamily family, byte[] bytes, int position) {
    this.family = family;
    this.bytes = bytes;
    this.position = position;
  }

  public int readByte() throws StateCorruptException {
    need(1);
    return bytes[position++] & 0xff;
  }

  public long readVarLong() throws StateCorruptException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = readByte();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw corrupt("holds a number that does not end");
  }

  public long readLong() throws StateCorruptException {
    need(Long.BYTES);
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << 8 | (bytes[position++] & 0xff);
    }
    return value;
  }

  public int readInt() throws StateCorruptException {
    need(Integer.BYTES);
    int value = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      value = value << 8 | (bytes[position++] & 0xff);
    }
    return value;
  }

  public byte[] readBytes(long count) throws StateCorruptException {
    if (count < 0 || count > bytes.length - position) {
      throw corrupt("is cut short");
    }
    position += (int) count;
    return Arrays.copyOfRange(bytes, position - (int) count, position);
  }

  public byte[] readRest() {
    byte[] rest = Arrays.copyOfRange(bytes, position, bytes.length);
    position = bytes.length;
    return rest;
  }

  /** Where the next byte is read. */
  public int position() {
    return position;
  }

  public StateCorruptException corrupt(String what) {
    return new StateCorruptException("state is corrupt; a row of " + bytes.length + " bytes in table "
        + family.storedName() + " "
        + what
        + ": stop this node, move its state directory aside and start again, which rebuilds the state from its log");
  }

  private void need(int count) throws StateCorruptException {
    if (bytes.length - position < count) {
      throw corrupt("is cut short");
    }
  }
}
