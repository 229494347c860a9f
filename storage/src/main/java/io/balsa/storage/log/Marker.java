package io.balsa.storage.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The marker file (L2): after each sync it is written over, without a sync of its own, with what has just become
 * durable. Whatever part of its history survives a power cut, it names a batch that was durable; so a log that ends
 * before that batch did not lose a torn tail, it is corrupt. A marker that is missing or not valid proves nothing.
 */
final class Marker implements Closeable {
  static final String FILE = "marker";

  /** Well within one sector, so that it is never half of two. */
  private static final int BYTES = 40;
  private static final int MAGIC = 0x42414c4d;
  private static final int VERSION = 1;

  /**
   * @param segment   number of the segment
   * @param endOffset where the batch ends in it
   * @param batch     number of the batch that is durable
   */
  record Durable(long segment, long endOffset, long batch) {
  }

  private final DiskFile file;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
  private final CRC32C crc = new CRC32C();

  private Marker(DiskFile file) {
    this.file = file;
  }

  /** Opens the marker, or creates it; its name is durable with the next sync of the directory. */
  static Marker open(Disk disk) throws IOException {
    return new Marker(disk.list().contains(FILE) ? disk.open(FILE) : disk.create(FILE));
  }

  void write(Durable durable) throws IOException {
    buffer.clear().putInt(MAGIC).putInt(0).putInt(VERSION).putInt(0);
    buffer.putLong(durable.segment()).putLong(durable.endOffset()).putLong(durable.batch());
    buffer.putInt(4, checksum());
    file.write(0, buffer.clear());
  }

  void sync() throws IOException {
    file.syncAll();
  }

  /** What it says, or null if it says nothing that can be trusted. */
  @Nullable
  Durable read() throws IOException {
    if (file.read(0, buffer.clear()) < BYTES) {
      return null;
    }
    int stored = buffer.getInt(4);
    if (buffer.getInt(0) != MAGIC || stored != checksum() || buffer.getInt(8) != VERSION) {
      return null;
    }
    return new Durable(buffer.getLong(16), buffer.getLong(24), buffer.getLong(32));
  }

  private int checksum() {
    crc.reset();
    crc.update(buffer.limit(BYTES).position(8));
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
