package io.balsa.storage.snapshot;

import io.balsa.storage.log.Disk;
import io.balsa.storage.log.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A small file of named fields that is there whole or not at all, whatever crashes: lines of text that a person can read, then the
 * CRC32C of all before it. Written by temp, fsync, rename, fsync of the directory.
 */
final class DurableRecord {
  private static final String CHECKSUM = "crc32c ";
  private static final String TEMPORARY = ".tmp";
  private static final int BYTES_MAX = 16 << 20;

  private final Map<String, String> fields;

  private DurableRecord(Map<String, String> fields) {
    this.fields = fields;
  }

  DurableRecord() {
    this(new LinkedHashMap<>());
  }

  DurableRecord with(String name, Object value) {
    fields.put(name, value.toString());
    return this;
  }

  /** @throws IllegalArgumentException if there is no such field */
  String text(String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("it lacks \"" + name + "\"");
    }
    return value;
  }

  /** @throws IllegalArgumentException if there is no such field, or it holds no number */
  long number(String name) {
    return Long.parseLong(text(name));
  }

  /** Durable when it returns. */
  void write(Disk disk, String file) throws IOException {
    String temporary = file + TEMPORARY;
    if (disk.list().contains(temporary)) {
      disk.delete(temporary);
    }
    try (DiskFile out = disk.create(temporary)) {
      out.write(0, ByteBuffer.wrap(encode()));
      out.syncAll();
    }
    disk.rename(temporary, file);
    disk.sync();
  }

  /**
   * Null: there is no such file.
   *
   * @throws IllegalArgumentException if it does not hold what was written
   */
  static @Nullable DurableRecord read(Disk disk, String file) throws IOException {
    if (!disk.list().contains(file)) {
      return null;
    }
    try (DiskFile in = disk.open(file)) {
      if (in.size() > BYTES_MAX) {
        throw new IllegalArgumentException("it has " + in.size() + " bytes");
      }
      ByteBuffer content = ByteBuffer.allocate((int) in.size());
      in.read(0, content);
      return decode(content.array());
    }
  }

  byte[] encode() {
    StringBuilder body = new StringBuilder();
    fields.forEach((name, value) -> body.append(name).append(' ').append(value).append('\n'));
    return (body + CHECKSUM + checksum(body.toString()) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** @throws IllegalArgumentException if these are not whole the bytes that were encoded */
  static DurableRecord decode(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    int last = text.lastIndexOf(CHECKSUM);
    if (last < 0) {
      throw new IllegalArgumentException("it has no checksum");
    }
    String body = text.substring(0, last);
    if (!text.substring(last).equals(CHECKSUM + checksum(body) + "\n")) {
      throw new IllegalArgumentException("its checksum is wrong");
    }
    Map<String, String> fields = new LinkedHashMap<>();
    body.lines().forEach(line -> {
      int space = line.indexOf(' ');
      fields.put(space < 0 ? line : line.substring(0, space), space < 0 ? "" : line.substring(space + 1));
    });
    return new DurableRecord(fields);
  }

  private static String checksum(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }
}
