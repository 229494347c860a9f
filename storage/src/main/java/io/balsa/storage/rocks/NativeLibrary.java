package io.balsa.storage.rocks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rocksdb.RocksDB;

/**
 * Loads RocksDB's native library once. A distribution unpacks it and says where: {@code -Dbalsa.native.dir}, else
 * {@code -Djava.library.path}. Elsewhere RocksDB unpacks it from its jar into the temporary folder.
 */
final class NativeLibrary {
  private static final String DIRECTORY_PROPERTY = "balsa.native.dir";

  private NativeLibrary() {
  }

  static void load() {
    String directory = System.getProperty(DIRECTORY_PROPERTY);
    if (directory == null) {
      // Tries java.library.path first.
      RocksDB.loadLibrary();
      return;
    }
    if (!Files.isDirectory(Path.of(directory))) {
      throw new UncheckedIOException(
          new IOException(
              "-D" + DIRECTORY_PROPERTY + "=" + directory + " is not a directory: name the one that holds the"
                  + " RocksDB library, or leave the property out"));
    }
    RocksDB.loadLibrary(List.of(directory));
  }
}
