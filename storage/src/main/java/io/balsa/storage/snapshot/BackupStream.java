package io.balsa.storage.snapshot;

import io.balsa.raft.log.Bytes;
import io.balsa.storage.state.AppliedState;
import java.io.Closeable;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The bytes of a backup file as they are made: header, snapshot, SHA-256 of both. From first to last, once; a second one is a second
 * backup. Writes go on meanwhile. One thread at a time; touches the disk.
 */
public final class BackupStream implements Closeable {
  private final SharedCheckpoint.Reader snapshot;
  private final BackupHeader header;
  private final byte[] head;
  private final MessageDigest digest = BackupFile.sha256();
  private byte[] tail = {};
  private long position;

  private BackupStream(SharedCheckpoint.Reader snapshot, BackupHeader header) {
    this.snapshot = snapshot;
    this.header = header;
    this.head = header.framed();
  }

  /**
   * Begins one that holds at least everything up to {@code minIndex}, which is applied.
   *
   * @param createdMillis now
   * @param version       of this program
   */
  public static BackupStream open(StateDirectory state, long minIndex, long clusterId, long createdMillis,
      String version) throws IOException {
    SharedCheckpoint.Reader snapshot = state.openShared(minIndex);
    AppliedState applied = snapshot.applied();
    return new BackupStream(snapshot,
        new BackupHeader(clusterId, applied.revision(), createdMillis, version, snapshot.meta()));
  }

  public BackupHeader header() {
    return header;
  }

  public long totalBytes() {
    return head.length + snapshot.meta().bytes() + BackupFile.DIGEST_BYTES;
  }

  /** The bytes that follow, up to so many; empty at the end. */
  public byte[] next(int bytesMax) throws IOException {
    long inBody = position - head.length;
    long inTail = inBody - snapshot.meta().bytes();
    byte[] next;
    if (inBody < 0) {
      next = part(head, position, bytesMax);
      digest.update(next);
    } else if (inTail < 0) {
      Bytes body = snapshot.read(inBody, bytesMax);
      next = body.array();
      digest.update(next);
    } else {
      if (inTail == 0) {
        tail = digest.digest();
      }
      next = part(tail, inTail, bytesMax);
    }
    position += next.length;
    return next;
  }

  private static byte[] part(byte[] of, long from, int bytesMax) {
    return Arrays.copyOfRange(of, (int) from, (int) Math.min(of.length, from + bytesMax));
  }

  @Override
  public void close() throws IOException {
    snapshot.close();
  }
}
