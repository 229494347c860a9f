package io.balsa.storage.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest extends DiskContract {
  @TempDir
  Path directory;

  @Override
  Disk disk() throws IOException {
    return new FileDisk(directory);
  }

  @Test
  void aMissingDirectoryIsEmptyUntilItIsCreated() throws IOException {
    Disk disk = new FileDisk(directory.resolve("group-0").resolve("log"));
    assertThat(disk.list()).isEmpty();
    disk.createDirectory();
    disk.createDirectory();
    disk.create("a").close();
    assertThat(disk.list()).containsExactly("a");
  }
}
