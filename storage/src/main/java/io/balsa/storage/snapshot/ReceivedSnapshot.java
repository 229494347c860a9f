package io.balsa.storage.snapshot;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.Stores;
import io.balsa.storage.log.Disk;
import io.balsa.storage.log.DiskFile;
import io.balsa.storage.state.AppliedState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot that is being received into the directory that will hold the state. INCOMING says which that is, and up to where all is
 * durable: a restart goes on there. Bytes that cannot be right let it begin anew.
 */
final class ReceivedSnapshot implements IncomingSnapshot, SnapshotReader.Sink {
  static final String FILE = "INCOMING";

  private static final int CHECKSUM_BUFFER_BYTES = 256 << 10;
  private static final HexFormat HEX = HexFormat.of();

  private final Volume volume;
  private final Stores stores;
  private final StateOptions options;
  private final SnapshotCounters counters;
  private final SnapshotMeta meta;
  private final String directory;
  private final Disk disk;
  private final SnapshotReader reader;
  /** Of what came, before this disk had it; null before the table of files has come. */
  private @Nullable FileChecksums arrived;
  private @Nullable DiskFile open;
  private int openFile = -1;
  /** Files below it are there with their whole size, if only in the page cache. */
  private int madeFiles;
  private long durable;
  private boolean discarded;
  private boolean finished;

  private ReceivedSnapshot(Volume volume, Stores stores, StateOptions options, SnapshotCounters counters,
      SnapshotMeta meta, String directory, @Nullable SnapshotManifest manifest, long position) {
    this.volume = volume;
    this.stores = stores;
    this.options = options;
    this.counters = counters;
    this.meta = meta;
    this.directory = directory;
    this.disk = volume.directory(directory);
    this.reader = manifest == null ? new SnapshotReader(meta.bytes(), this)
        : new SnapshotReader(meta.bytes(), this, manifest, position);
    this.arrived = manifest == null ? null : new FileChecksums(manifest);
    this.durable = position;
  }

  /** Begins with nothing; INCOMING says so before there is a directory, so that a crash leaves none that nobody knows. */
  static ReceivedSnapshot begin(Volume volume, Stores stores, StateOptions options, SnapshotCounters counters,
      SnapshotMeta meta, String directory) throws IOException {
    ReceivedSnapshot snapshot = new ReceivedSnapshot(volume, stores, options, counters, meta, directory, null, 0);
    snapshot.writeProgress(0);
    options.crashes().accept(CrashPoint.RECEIVE_BEGUN);
    snapshot.disk.createDirectory();
    return snapshot;
  }

  /** What a process before this one has received, or null if there is nothing that can be gone on with. */
  static @Nullable ReceivedSnapshot resume(Volume volume, Stores stores, StateOptions options,
      SnapshotCounters counters) throws IOException {
    try {
      DurableRecord record = DurableRecord.read(volume.files(), FILE);
      if (record == null || record.number("balsa-incoming") != 1 || record.text("head").isEmpty()) {
        return null;
      }
      SnapshotMeta meta = new SnapshotMeta(record.number("id"),
          new LogId(record.number("term"), record.number("index")),
          record.number("stamp"), Configuration.decode(Bytes.wrap(HEX.parseHex(record.text("configuration")))),
          record.number("bytes"));
      SnapshotManifest manifest = SnapshotManifest.decode(HEX.parseHex(record.text("head")));
      long position = record.number("durable");
      if (manifest.totalBytes() != meta.bytes() || position < manifest.start(0) || position > manifest.tailStart()) {
        return null;
      }
      String directory = record.text("directory");
      return volume.directories().contains(directory)
          ? new ReceivedSnapshot(volume, stores, options, counters, meta, directory, manifest, position)
          : null;
    } catch (IllegalArgumentException e) {
      return null; // it does not hold what was written: nothing to go on with
    }
  }

  /** The directory that INCOMING names, or null. */
  static @Nullable String directoryNamed(Volume volume) throws IOException {
    try {
      DurableRecord record = DurableRecord.read(volume.files(), FILE);
      return record == null ? null : record.text("directory");
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public SnapshotMeta meta() {
    return meta;
  }

  String directory() {
    return directory;
  }

  int fileCount() {
    return manifest().files().size();
  }

  boolean isFinished() {
    return finished;
  }

  @Override
  public long nextOffset() {
    return reader.position();
  }

  @Override
  public boolean write(long offset, Bytes data) throws IOException {
    if (discarded || offset != reader.position()) {
      throw new IllegalArgumentException("byte " + reader.position() + " is wanted, not " + offset
          + (discarded ? "; it was discarded" : ""));
    }
    try {
      reader.add(data.array());
    } catch (IllegalArgumentException e) {
      return refuse();
    }
    if (reader.position() - durable >= options.progressBytes()) {
      progress();
    }
    return true;
  }

  /** Files are made as their bytes come. */
  @Override
  public void begin(SnapshotManifest manifest) {
    arrived = new FileChecksums(manifest);
  }

  @Override
  public void write(int file, long offset, ByteBuffer bytes) throws IOException {
    if (arrived != null) {
      arrived.add(file, offset, bytes);
    }
    DiskFile out = open;
    if (out == null || openFile != file) {
      out = switchTo(file);
    }
    out.write(offset, bytes);
  }

  /** A file that is left is whole: it is made durable at once, so that progress has no more than one to wait for. */
  private DiskFile switchTo(int file) throws IOException {
    leaveFile();
    makeFiles(file + 1);
    DiskFile out = disk.open(manifest().files().get(file).name());
    open = out;
    openFile = file;
    return out;
  }

  /** Also those that have no bytes. */
  private void makeFiles(int upTo) throws IOException {
    List<String> present = disk.list();
    for (; madeFiles < upTo; madeFiles++) {
      String name = manifest().files().get(madeFiles).name();
      if (!present.contains(name)) {
        disk.create(name).close();
      }
    }
  }

  private void leaveFile() throws IOException {
    DiskFile left = open;
    open = null;
    openFile = -1;
    if (left != null) {
      try (left) {
        left.syncAll();
      }
    }
  }

  private SnapshotManifest manifest() {
    SnapshotManifest manifest = reader.manifest();
    if (manifest == null) {
      throw new IllegalStateException("the table of files has not come yet");
    }
    return manifest;
  }

  /** All that is here becomes durable, and INCOMING says so. */
  private void progress() throws IOException {
    SnapshotManifest manifest = reader.manifest();
    if (manifest == null) {
      return;
    }
    leaveFile();
    disk.sync();
    writeProgress(Math.min(reader.position(), manifest.tailStart()));
    options.crashes().accept(CrashPoint.RECEIVE_PROGRESSED);
  }

  private void writeProgress(long position) throws IOException {
    SnapshotManifest manifest = reader.manifest();
    new DurableRecord().with("balsa-incoming", 1).with("directory", directory).with("id", meta.id())
        .with("term", meta.lastIncluded().term()).with("index", meta.lastIncluded().index())
        .with("stamp", meta.stampNanos()).with("configuration", HEX.formatHex(meta.configuration().encode().array()))
        .with("bytes", meta.bytes()).with("durable", position)
        .with("head", manifest == null ? "" : HEX.formatHex(manifest.head())).write(volume.files(), FILE);
    durable = reader.position();
  }

  @Override
  public boolean finish() throws IOException {
    if (finished) {
      return true;
    }
    if (discarded) {
      return false;
    }
    if (!reader.isComplete()) {
      return refuse();
    }
    leaveFile();
    makeFiles(manifest().files().size());
    for (var file : manifest().files()) {
      // Those that a process before this one had made, too: it costs nothing where nothing is left to do.
      try (DiskFile written = disk.open(file.name())) {
        written.syncAll();
      }
    }
    disk.sync();
    progress();
    options.crashes().accept(CrashPoint.RECEIVE_SYNCED);
    int[] checksums = checksums();
    if (!reader.matches(checksums)) {
      if (reader.matches(arrivedOr(checksums))) {
        throw new StoreException("the disk of " + disk
            + " does not give back what was written to it: a snapshot came as it was sent,"
            + " and the files that hold it are not that. Look at the disk and the memory of this machine before this node is"
            + " started again");
      }
      return refuse();
    }
    if (!holdsWhatWasSaid()) {
      return refuse();
    }
    finished = true;
    counters.received.incrementAndGet();
    options.crashes().accept(CrashPoint.RECEIVE_FINISHED);
    return true;
  }

  private boolean refuse() throws IOException {
    counters.refused.incrementAndGet();
    discard();
    return false;
  }

  /** Of the files that came whole to this process, what came; of the others, that is not known any more. */
  private int[] arrivedOr(int[] readBack) {
    int[] checksums = readBack.clone();
    FileChecksums came = arrived;
    for (int file = 0; came != null && file < checksums.length; file++) {
      if (came.isWhole(file)) {
        checksums[file] = came.value(file);
      }
    }
    return checksums;
  }

  /** What the files hold, read back. */
  private int[] checksums() throws IOException {
    int[] checksums = new int[manifest().files().size()];
    ByteBuffer buffer = ByteBuffer.allocate(CHECKSUM_BUFFER_BYTES);
    for (int i = 0; i < checksums.length; i++) {
      CRC32C crc = new CRC32C();
      try (DiskFile file = disk.open(manifest().files().get(i).name())) {
        long bytes = file.size();
        for (long at = 0; at < bytes; at += buffer.position()) {
          file.read(at, buffer.clear());
          crc.update(buffer.array(), 0, buffer.position());
        }
      }
      checksums[i] = (int) crc.getValue();
    }
    return checksums;
  }

  /**
   * A3: what it is a snapshot of is what its own rows say. And they are what its store has written: the checksums of the stream are of
   * what the sender's disk gave, and say nothing of what was rotten there already.
   */
  private boolean holdsWhatWasSaid() throws IOException {
    try {
      stores.verify(directory);
      AppliedState held = AppliedState.read((family, key) -> stores.peek(directory, family, key));
      return held.applied().equals(meta.lastIncluded()) && held.stampNanos() == meta.stampNanos()
          && held.configuration().equals(meta.configuration());
    } catch (StateCorruptException e) {
      return false;
    }
  }

  boolean isDiscarded() {
    return discarded;
  }

  @Override
  public void discard() throws IOException {
    if (discarded) {
      return;
    }
    discarded = true;
    finished = false;
    removeFiles();
    options.crashes().accept(CrashPoint.RECEIVE_DISCARDED);
    forget(volume);
  }

  private void removeFiles() throws IOException {
    DiskFile left = open;
    open = null;
    openFile = -1;
    if (left != null) {
      left.close();
    }
    if (volume.directories().contains(directory)) {
      volume.remove(directory);
      volume.files().sync();
    }
  }

  /** The one that was received is installed, or gone. */
  static void forget(Volume volume) throws IOException {
    if (volume.files().list().contains(FILE)) {
      volume.files().delete(FILE);
    }
    volume.files().sync();
  }
}
