package io.balsa.storage.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes the stream of a snapshot apart as it comes: the table of files, the bytes of each file, the checksums. It checks that the
 * stream hangs together; whether the files hold what was sent says whoever has them. One thread.
 */
final class SnapshotReader {

  /** Where the bytes of files go. */
  interface Sink {
    /** The table is known; no byte of a file came before. */
    void begin(SnapshotManifest manifest) throws IOException;

    void write(int file, long offset, ByteBuffer bytes) throws IOException;
  }

  private final long totalBytes;
  private final Sink sink;
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private final ByteArrayOutputStream tail = new ByteArrayOutputStream();
  private @Nullable SnapshotManifest manifest;
  private long position;

  /** @param totalBytes how long the stream is said to be */
  SnapshotReader(long totalBytes, Sink sink) {
    this.totalBytes = totalBytes;
    this.sink = sink;
  }

  /** One that goes on behind the head, and not within the checksums. */
  SnapshotReader(long totalBytes, Sink sink, SnapshotManifest manifest, long position) {
    this(totalBytes, sink);
    this.manifest = manifest;
    this.position = position;
  }

  /** The next byte wanted. */
  long position() {
    return position;
  }

  /** Null before it has come. */
  @Nullable
  SnapshotManifest manifest() {
    return manifest;
  }

  /**
   * Takes the bytes that follow.
   *
   * @throws IllegalArgumentException if they cannot belong there: this is no snapshot, or not the one that was announced
   */
  void add(byte[] data) throws IOException {
    if (data.length > totalBytes - position) {
      throw new IllegalArgumentException("the stream is longer than the " + totalBytes + " bytes that it was to have");
    }
    ByteBuffer in = ByteBuffer.wrap(data);
    while (in.hasRemaining()) {
      SnapshotManifest known = manifest;
      int before = in.position();
      if (known == null) {
        addToHead(in);
      } else if (position < known.tailStart()) {
        addToFile(known, in);
      } else {
        tail.write(data, in.position(), in.remaining());
        in.position(in.limit());
      }
      position += in.position() - before;
    }
  }

  private void addToHead(ByteBuffer in) throws IOException {
    if (head.size() < SnapshotManifest.PREFIX_BYTES) {
      move(in, SnapshotManifest.PREFIX_BYTES - head.size());
      if (head.size() < SnapshotManifest.PREFIX_BYTES) {
        return;
      }
    }
    move(in, SnapshotManifest.headBytes(head.toByteArray()) - head.size());
    if (head.size() < SnapshotManifest.headBytes(head.toByteArray())) {
      return;
    }
    SnapshotManifest known = SnapshotManifest.decode(head.toByteArray());
    if (known.totalBytes() != totalBytes) {
      throw new IllegalArgumentException(
          "its table of files makes " + known.totalBytes() + " bytes, not " + totalBytes);
    }
    manifest = known;
    sink.begin(known);
  }

  private void move(ByteBuffer in, int wanted) {
    int count = Math.min(wanted, in.remaining());
    byte[] moved = new byte[count];
    in.get(moved);
    head.write(moved, 0, count);
  }

  private void addToFile(SnapshotManifest known, ByteBuffer in) throws IOException {
    int file = known.fileAt(position);
    long offset = position - known.start(file);
    int count = (int) Math.min(in.remaining(), known.files().get(file).bytes() - offset);
    sink.write(file, offset, in.slice(in.position(), count));
    in.position(in.position() + count);
  }

  boolean isComplete() {
    return position == totalBytes && manifest != null;
  }

  /**
   * Whether all is here and these are the checksums that were sent.
   *
   * @param checksums CRC32C of each file
   */
  boolean matches(int[] checksums) {
    SnapshotManifest known = manifest;
    return known != null && isComplete() && Arrays.equals(tail.toByteArray(), known.tail(checksums));
  }
}
