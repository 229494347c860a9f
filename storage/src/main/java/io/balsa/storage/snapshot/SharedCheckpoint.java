package io.balsa.storage.snapshot;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.storage.kv.Checkpoint;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.state.AppliedState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint as a stream, for as many readers as want it: followers that lag and backups share one. Let go of when the last reader
 * closes. Any thread.
 */
final class SharedCheckpoint {
  private static final int CHECKSUM_BUFFER_BYTES = 256 << 10;
  private static final String DAMAGED_HERE = "a snapshot of this node's state was refused where it arrived, and it is damaged here: look"
      + " at the disk and the memory of this machine; the next start sets the state aside and rebuilds it: ";

  private final Checkpoint checkpoint;
  private final SnapshotManifest manifest;
  private final SnapshotMeta meta;
  private final AppliedState applied;
  /** Of what was read: whoever reads on where they stand moves them on, so a stream that is sent once is read once. */
  private final FileChecksums checksums;
  private int readers;
  private boolean refused;
  private byte @Nullable [] tail;

  private SharedCheckpoint(Checkpoint checkpoint, SnapshotManifest manifest, SnapshotMeta meta, AppliedState applied) {
    this.checkpoint = checkpoint;
    this.manifest = manifest;
    this.meta = meta;
    this.applied = applied;
    this.checksums = new FileChecksums(manifest);
  }

  /**
   * Takes it over; what it is a snapshot of it says itself (A3).
   *
   * @param id see {@link SnapshotMeta#id}
   */
  static SharedCheckpoint of(Checkpoint checkpoint, long id) throws StoreException {
    AppliedState applied = AppliedState.read(checkpoint::get);
    SnapshotManifest manifest = SnapshotManifest.of(checkpoint.files());
    SnapshotMeta meta = new SnapshotMeta(id, applied.applied(), applied.stampNanos(), applied.configuration(),
        manifest.totalBytes());
    return new SharedCheckpoint(checkpoint, manifest, meta, applied);
  }

  SnapshotMeta meta() {
    return meta;
  }

  /** Null: the last reader has closed, it is gone; or it was refused, and is given to nobody any more. */
  synchronized @Nullable Reader join() {
    return readers < 0 || refused ? null : new Reader();
  }

  private void check() throws StoreException {
    synchronized (this) {
      refused = true;
    }
    for (int file = 0; file < checksums.count(); file++) {
      long bytes = manifest.files().get(file).bytes();
      Integer sent = sentChecksum(file);
      if (sent != null && sent != reread(file, bytes)) {
        throw new StateCorruptException(DAMAGED_HERE + "state is corrupt; file " + manifest.files().get(file).name()
            + " of its checkpoint does not hold what was read from it before");
      }
    }
    try {
      checkpoint.verify();
    } catch (StateCorruptException e) {
      throw new StateCorruptException(DAMAGED_HERE + e.getMessage(), e);
    }
  }

  /** Null: it was not sent as a whole. */
  private synchronized @Nullable Integer sentChecksum(int file) {
    return checksums.isWhole(file) ? checksums.value(file) : null;
  }

  private int reread(int file, long bytes) throws StoreException {
    CRC32C crc = new CRC32C();
    for (long at = 0; at < bytes;) {
      ByteBuffer part = ByteBuffer.allocate((int) Math.min(CHECKSUM_BUFFER_BYTES, bytes - at));
      readWhole(file, at, part);
      at += part.flip().remaining();
      crc.update(part);
    }
    return (int) crc.getValue();
  }

  private synchronized void leave() throws StoreException {
    if (--readers == 0) {
      readers = -1;
      checkpoint.close();
    }
  }

  /** One reader of it. */
  final class Reader implements OutgoingSnapshot {
    private boolean closed;

    private Reader() {
      readers++;
    }

    @Override
    public SnapshotMeta meta() {
      return meta;
    }

    AppliedState applied() {
      return applied;
    }

    @Override
    public Bytes read(long offset, int bytesMax) throws IOException {
      if (closed || offset < 0 || bytesMax < 1) {
        throw new IllegalArgumentException(
            "cannot read " + bytesMax + " bytes at " + offset + (closed ? ": closed" : ""));
      }
      ByteBuffer into = ByteBuffer.allocate((int) Math.max(0, Math.min(bytesMax, meta.bytes() - offset)));
      while (into.hasRemaining()) {
        fill(offset + into.position(), into);
      }
      return Bytes.wrap(into.array());
    }

    @Override
    public void check() throws IOException {
      SharedCheckpoint.this.check();
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        leave();
      }
    }
  }

  /** At least one byte. */
  private void fill(long at, ByteBuffer into) throws StoreException {
    if (at < manifest.start(0)) {
      copy(manifest.head(), at, into);
    } else if (at < manifest.tailStart()) {
      int file = manifest.fileAt(at);
      long inFile = at - manifest.start(file);
      long left = manifest.files().get(file).bytes() - inFile;
      ByteBuffer part = into.slice(into.position(), (int) Math.min(left, into.remaining()));
      readWhole(file, inFile, part);
      addToChecksum(file, inFile, part.flip());
      into.position(into.position() + part.limit());
    } else {
      copy(tail(), at - manifest.tailStart(), into);
    }
  }

  private static void copy(byte[] from, long offset, ByteBuffer into) {
    into.put(from, (int) offset, (int) Math.min(into.remaining(), from.length - offset));
  }

  private void readWhole(int file, long offset, ByteBuffer into) throws StoreException {
    String name = manifest.files().get(file).name();
    int wanted = into.remaining();
    if (checkpoint.read(name, offset, into) != wanted) {
      throw new StoreException(
          "file " + name + " of a checkpoint of the state is shorter than it was when it was taken");
    }
  }

  private synchronized void addToChecksum(int file, long offset, ByteBuffer part) {
    checksums.add(file, offset, part);
  }

  private synchronized byte[] tail() throws StoreException {
    byte[] ready = tail;
    if (ready != null) {
      return ready;
    }
    int[] values = new int[checksums.count()];
    for (int file = 0; file < values.length; file++) {
      long bytes = manifest.files().get(file).bytes();
      while (!checksums.isWhole(file)) {
        long reached = checksums.reached(file);
        ByteBuffer part = ByteBuffer.allocate((int) Math.min(CHECKSUM_BUFFER_BYTES, bytes - reached));
        readWhole(file, reached, part);
        checksums.add(file, reached, part.flip());
      }
      values[file] = checksums.value(file);
    }
    byte[] made = manifest.tail(values);
    tail = made;
    return made;
  }
}
