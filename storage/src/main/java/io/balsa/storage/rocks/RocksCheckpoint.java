package io.balsa.storage.rocks;

import io.balsa.storage.kv.Checkpoint;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory of links to the files of a database, with a copy of its manifest. Table files never change, so links are copies. */
final class RocksCheckpoint implements Checkpoint {
  private final Path directory;
  private final List<File> files;
  /** The file read last: reads follow each other. */
  private @Nullable FileChannel open;
  private String openName = "";
  private boolean closed;

  private RocksCheckpoint(Path directory, List<File> files) {
    this.directory = directory;
    this.files = files;
  }

  static RocksCheckpoint of(Path directory) throws StoreException {
    TreeMap<String, File> files = new TreeMap<>();
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        String name = String.valueOf(path.getFileName());
        files.put(name, new File(name, Files.size(path)));
      }
    } catch (IOException e) {
      throw failure(directory, e);
    }
    return new RocksCheckpoint(directory, List.copyOf(files.values()));
  }

  @Override
  public List<File> files() {
    return files;
  }

  @Override
  public synchronized int read(String file, long offset, ByteBuffer into) throws StoreException {
    if (closed) {
      throw new StoreException("the checkpoint in " + directory + " was let go of");
    }
    try {
      FileChannel channel = channel(file);
      int total = 0;
      while (into.hasRemaining()) {
        int count = channel.read(into, offset + total);
        if (count < 0) {
          break;
        }
        total += count;
      }
      return total;
    } catch (IOException e) {
      throw failure(directory, e);
    }
  }

  private FileChannel channel(String file) throws IOException {
    FileChannel channel = open;
    if (channel == null || !openName.equals(file)) {
      closeChannel();
      channel = FileChannel.open(directory.resolve(file), StandardOpenOption.READ);
      open = channel;
      openName = file;
    }
    return channel;
  }

  private void closeChannel() throws IOException {
    FileChannel channel = open;
    open = null;
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  public byte @Nullable [] get(ColumnFamily family, byte[] key) throws StoreException {
    try (ReadOnlyStore store = ReadOnlyStore.open(directory)) {
      return store.get(family, key);
    }
  }

  @Override
  public void verify() throws StoreException {
    try (ReadOnlyStore store = ReadOnlyStore.open(directory)) {
      store.verify();
    }
  }

  @Override
  public synchronized void close() throws StoreException {
    if (closed) {
      return;
    }
    closed = true;
    try (Stream<Path> paths = Files.walk(directory)) {
      closeChannel();
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw failure(directory, e);
    }
  }

  private static StoreException failure(Path directory, IOException e) {
    return new StoreException("the checkpoint in " + directory + " cannot be read: " + e, e);
  }
}
