package io.balsa.storage.snapshot;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C of each file of a snapshot, moved on by whoever has the bytes that come next. One thread at a time. */
final class FileChecksums {
  private final SnapshotManifest manifest;
  private final CRC32C[] checksums;
  /** Of each file, how much went into its checksum. */
  private final long[] reached;

  FileChecksums(SnapshotManifest manifest) {
    this.manifest = manifest;
    this.reached = new long[manifest.files().size()];
    this.checksums = new CRC32C[reached.length];
    for (int file = 0; file < reached.length; file++) {
      checksums[file] = new CRC32C();
    }
  }

  int count() {
    return reached.length;
  }

  /** These bytes stand there; only those count that follow what has counted already. */
  void add(int file, long offset, ByteBuffer bytes) {
    long gap = reached[file] - offset;
    if (gap >= 0 && gap < bytes.remaining()) {
      ByteBuffer next = bytes.slice(bytes.position() + (int) gap, bytes.remaining() - (int) gap);
      reached[file] += next.remaining();
      checksums[file].update(next);
    }
  }

  long reached(int file) {
    return reached[file];
  }

  boolean isWhole(int file) {
    return reached[file] == manifest.files().get(file).bytes();
  }

  /** Of as much as was reached. */
  int value(int file) {
    return (int) checksums[file].getValue();
  }
}
