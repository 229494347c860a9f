package io.balsa.storage.rocks;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.WriteBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A batch in RocksDB's own serialised form: 8 bytes sequence number, 4 bytes count (little-endian), then records of tag, family,
 * key and value with varint lengths. That form stands in RocksDB's WAL files and so does not change. Built here, the batch
 * crosses into native code once; through the calls of {@code org.rocksdb.WriteBatch} it would once a row, which costs
 * more than the rows.
 */
final class RocksBatch implements WriteBatch {
  private static final int HEADER_BYTES = 12;
  private static final int COUNT_OFFSET = 8;
  private static final byte TAG_FAMILY_VALUE = 0x5;
  private static final byte TAG_FAMILY_DELETION = 0x4;
  private static final byte TAG_FAMILY_RANGE_DELETION = 0xe;
  private static final int VARINT_BYTES_MAX = 5;

  /** For a first batch: later ones are built where one before them was. */
  private static final int BUFFER_BYTES = 16 << 10;

  private final int[] familyIds;
  private byte[] bytes;
  private int size = HEADER_BYTES;
  private int count;
  private boolean taken;

  /**
   * @param familyIds RocksDB's id of each family, by position
   * @param buffer    of a batch that was taken, to be built in; or null
   */
  RocksBatch(int[] familyIds, byte @Nullable [] buffer) {
    this.familyIds = familyIds;
    this.bytes = buffer == null ? new byte[BUFFER_BYTES] : buffer;
  }

  @Override
  public void put(ColumnFamily family, byte[] key, byte[] value) {
    start(TAG_FAMILY_VALUE, family, key.length + value.length);
    bytes(key);
    bytes(value);
  }

  @Override
  public void delete(ColumnFamily family, byte[] key) {
    start(TAG_FAMILY_DELETION, family, key.length);
    bytes(key);
  }

  @Override
  public void deleteRange(ColumnFamily family, byte[] from, byte[] to) {
    start(TAG_FAMILY_RANGE_DELETION, family, from.length + to.length);
    bytes(from);
    bytes(to);
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** The whole batch. It takes no more. */
  byte[] take() {
    checkNotTaken();
    taken = true;
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[COUNT_OFFSET + i] = (byte) (count >>> (8 * i));
    }
    return Arrays.copyOf(bytes, size);
  }

  /** What a batch that was taken was built in. */
  byte[] buffer() {
    return bytes;
  }

  private void start(byte tag, ColumnFamily family, int contentBytes) {
    checkNotTaken();
    int needed = Math.addExact(size, 1 + 3 * VARINT_BYTES_MAX + contentBytes);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length + (bytes.length >> 1)));
    }
    bytes[size++] = tag;
    varint(familyIds[family.position()]);
    count++;
  }

  private void bytes(byte[] content) {
    varint(content.length);
    System.arraycopy(content, 0, bytes, size, content.length);
    size += content.length;
  }

  private void varint(int value) {
    int rest = value;
    while (rest >= 0x80) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  private void checkNotTaken() {
    if (taken) {
      throw new IllegalStateException("this batch was written already");
    }
  }
}
