package io.balsa.storage.snapshot;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.LogId;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.Stores;
import io.balsa.storage.state.RestoredState;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A backup in a file: magic, length of the header, header, the stream of a snapshot, SHA-256 of all before. {@link #verify} reads every
 * byte of it and believes none that it has not checked; {@link #restore} makes of it what a new cluster starts from (E4).
 *
 * @param header what it says about itself
 * @param digest the first 8 bytes of its SHA-256, never 0: all nodes of a new cluster start from the same one (I2)
 * @param bytes  its length
 * @param files  how many files of the state are in it
 */
public record BackupFile(BackupHeader header, long digest, long bytes, int files) {
  /** What a restored state says that it has applied; the logs of its cluster begin behind it. */
  public static final LogId RESTORED = RestoredState.APPLIED;

  static final String MAGIC = "BALSABK1";
  static final int MAGIC_BYTES = 8;
  static final int DIGEST_BYTES = 32;

  private static final int HEADER_BYTES_MAX = 1 << 20;
  private static final int CHUNK_BYTES = 256 << 10;

  /** Takes the body as it is read. */
  private interface Body {
    void begin(BackupHeader header) throws IOException;

    /** @throws IllegalArgumentException if this cannot be part of a snapshot */
    void add(byte[] data) throws IOException;

    /** Whether it was a whole snapshot. */
    boolean end() throws IOException;

    int files();
  }

  /**
   * Reads all of it.
   *
   * @throws BackupDamagedException if it is no backup, cut short, or changed since it was written
   */
  public static BackupFile verify(Path file) throws IOException {
    return read(file, new Checked());
  }

  /**
   * Unpacks it into the directory of a group, which is empty or missing, and makes its state the one that a new cluster starts from. All
   * of it is durable when this returns; cut off before, or if this throws, it leaves files that are to be deleted: {@link #verify}
   * first.
   *
   * @return what was restored
   */
  public static BackupFile restore(Path file, Volume group, Stores stores) throws IOException {
    Unpacked unpacked = new Unpacked(group, stores);
    BackupFile restored = read(file, unpacked);
    unpacked.makeCurrent();
    return restored;
  }

  private static BackupFile read(Path file, Body body) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), CHUNK_BYTES)) {
      BackupHeader header = readHeader(file, in, digest);
      long left = header.snapshot().bytes();
      body.begin(header);
      while (left > 0) {
        byte[] data = in.readNBytes((int) Math.min(CHUNK_BYTES, left));
        if (data.length == 0) {
          throw damaged(file, "it is cut short: " + left + " bytes of its body are missing");
        }
        digest.update(data);
        body.add(data);
        left -= data.length;
      }
      byte[] computed = digest.digest();
      byte[] stored = in.readNBytes(DIGEST_BYTES);
      if (stored.length < DIGEST_BYTES) {
        throw damaged(file, "it is cut short: its checksum is missing");
      }
      if (!Arrays.equals(stored, computed)) {
        throw damaged(file, "its checksum is wrong");
      }
      if (in.read() != -1) {
        throw damaged(file, "something follows its end");
      }
      if (!body.end()) {
        throw damaged(file, "its body is no whole snapshot");
      }
      long start = ByteBuffer.wrap(computed).getLong();
      return new BackupFile(header, start == 0 ? 1 : start, Files.size(file), body.files());
    } catch (IllegalArgumentException e) {
      throw damaged(file, String.valueOf(e.getMessage()));
    }
  }

  private static BackupHeader readHeader(Path file, InputStream in, MessageDigest digest) throws IOException {
    byte[] prefix = in.readNBytes(MAGIC_BYTES + Integer.BYTES);
    if (prefix.length < MAGIC_BYTES + Integer.BYTES
        || !new String(prefix, 0, MAGIC_BYTES, StandardCharsets.US_ASCII).equals(MAGIC)) {
      throw damaged(file, "no backup begins like this");
    }
    int length = ByteBuffer.wrap(prefix).getInt(MAGIC_BYTES);
    if (length < 0 || length > HEADER_BYTES_MAX) {
      throw damaged(file, "its header cannot have " + length + " bytes");
    }
    byte[] content = in.readNBytes(length);
    digest.update(prefix);
    digest.update(content);
    return BackupHeader.decode(content);
  }

  private static BackupDamagedException damaged(Path file, String why) {
    return new BackupDamagedException(file + " is no backup that can be restored: " + why + ". Use another copy of it");
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Computes the checksum of each file in it, and keeps nothing. */
  private static final class Checked implements Body, SnapshotReader.Sink {
    private @Nullable SnapshotReader reader;
    private CRC32C[] checksums = {};

    @Override
    public void begin(BackupHeader header) {
      reader = new SnapshotReader(header.snapshot().bytes(), this);
    }

    @Override
    public void begin(SnapshotManifest manifest) {
      checksums = new CRC32C[manifest.files().size()];
      Arrays.setAll(checksums, file -> new CRC32C());
    }

    @Override
    public void write(int file, long offset, ByteBuffer bytes) {
      checksums[file].update(bytes);
    }

    @Override
    public void add(byte[] data) throws IOException {
      reader().add(data);
    }

    private SnapshotReader reader() {
      SnapshotReader begun = reader;
      if (begun == null) {
        throw new IllegalStateException("no header yet");
      }
      return begun;
    }

    @Override
    public boolean end() {
      return reader().matches(Arrays.stream(checksums).mapToInt(checksum -> (int) checksum.getValue()).toArray());
    }

    @Override
    public int files() {
      return checksums.length;
    }
  }

  /** Receives it as a follower receives a snapshot. */
  private static final class Unpacked implements Body {
    private final Volume group;
    private final Stores stores;
    private @Nullable ReceivedSnapshot received;

    Unpacked(Volume group, Stores stores) {
      this.group = group;
      this.stores = stores;
    }

    @Override
    public void begin(BackupHeader header) throws IOException {
      group.files().createDirectory();
      received = ReceivedSnapshot.begin(group, stores, StateOptions.of(() -> 0), new SnapshotCounters(),
          header.snapshot(), StateRecovery.STATE + "-" + RESTORED.index());
    }

    private ReceivedSnapshot received() {
      ReceivedSnapshot begun = received;
      if (begun == null) {
        throw new IllegalStateException("no header yet");
      }
      return begun;
    }

    @Override
    public void add(byte[] data) throws IOException {
      if (!received().write(received().nextOffset(), Bytes.wrap(data))) {
        throw new IllegalArgumentException("its body holds what cannot be part of a snapshot");
      }
    }

    @Override
    public boolean end() throws IOException {
      return received().finish();
    }

    @Override
    public int files() {
      return received().fileCount();
    }

    /** CURRENT comes last: before it there is no state here. */
    void makeCurrent() throws IOException {
      try (KeyValueStore store = stores.open(received().directory())) {
        RestoredState.make(store);
      }
      new CurrentState(received().directory(), RESTORED, false).write(group.files());
      ReceivedSnapshot.forget(group);
    }
  }
}
