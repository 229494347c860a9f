package io.balsa.server;

import io.balsa.server.identity.DataDirectory;
import io.balsa.server.identity.RestoredRecord;
import io.balsa.server.identity.StartRefused;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStores;
import io.balsa.storage.snapshot.BackupFile;
import io.balsa.storage.snapshot.FileVolume;
import java.io.IOException;
import java.nio.file.Path;

/** What can be done with a backup file without a cluster: {@code balsa snapshot status} and {@code restore}. */
public final class SnapshotFiles {
  private SnapshotFiles() {
  }

  /**
   * Reads every byte of it and says what it is.
   *
   * @throws io.balsa.storage.snapshot.BackupDamagedException if it does not hold what was written to it
   */
  public static BackupFile status(Path file) throws IOException {
    return BackupFile.verify(file);
  }

  /**
   * Makes of it what one node of a new cluster starts from (E4): in {@code data}, which is made, or is empty. Every node of the new
   * cluster needs the same file restored; they form their cluster only if it was the same for all (I2). Durable when it returns.
   *
   * @return what was restored; its revision in the new cluster is higher by 10^9, and nothing below that can be read
   * @throws StartRefused if the directory is in use, or not empty
   * @throws io.balsa.storage.snapshot.BackupDamagedException if the file does not hold what was written to it
   */
  public static BackupFile restore(Path file, Path data) throws StartRefused, IOException {
    BackupFile.verify(file);
    try (DataDirectory directory = DataDirectory.lock(data)) {
      directory.requireUnused();
      BackupFile restored = BackupFile.restore(file, new FileVolume(directory.group()),
          new RocksStores(directory.group(), RocksOptions.DEFAULT));
      // Last: a directory without it is one whose restore was cut off, and no node starts with that.
      directory.write(new RestoredRecord(restored.digest(), String.valueOf(file.getFileName())));
      return restored;
    }
  }
}
