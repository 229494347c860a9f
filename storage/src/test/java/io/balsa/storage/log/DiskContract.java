package io.balsa.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What every {@link Disk} does while nothing goes wrong. */
abstract class DiskContract {

  abstract Disk disk() throws IOException;

  @Test
  void aNewFileIsEmptyAndListed() throws IOException {
    Disk disk = disk();
    disk.create("b").close();
    try (DiskFile file = disk.create("a")) {
      assertThat(file.size()).isZero();
      assertThat(read(file, 0, 10)).isEmpty();
    }
    assertThat(disk.list()).containsExactly("a", "b");
  }

  @Test
  void createRefusesAnExistingFileAndOpenAMissingOne() throws IOException {
    Disk disk = disk();
    disk.create("a").close();
    assertThatThrownBy(() -> disk.create("a")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> disk.open("b")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.delete("b")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void writesAreReadBackAcrossPagesThroughEveryHandle() throws IOException {
    Disk disk = disk();
    byte[] bytes = pattern(10_000);
    try (DiskFile file = disk.create("a"); DiskFile reader = disk.open("a")) {
      file.write(0, ByteBuffer.wrap(bytes));
      file.write(4000, ByteBuffer.wrap(new byte[200]));
      file.sync();
      file.syncAll();
      byte[] expected = bytes.clone();
      Arrays.fill(expected, 4000, 4200, (byte) 0);
      assertThat(read(reader, 0, 20_000)).isEqualTo(expected);
      assertThat(read(reader, 9_990, 100)).hasSize(10);
      assertThat(reader.size()).isEqualTo(10_000);
    }
  }

  @Test
  void aGapIsZerosAndADirectBufferIsTakenWhole() throws IOException {
    try (DiskFile file = disk().create("a")) {
      ByteBuffer direct = ByteBuffer.allocateDirect(5_000).put(pattern(5_000)).flip();
      file.write(8_192, direct);
      assertThat(direct.remaining()).isZero();
      assertThat(read(file, 0, 8_192)).isEqualTo(new byte[8_192]);
      assertThat(read(file, 8_192, 5_000)).isEqualTo(pattern(5_000));
    }
  }

  @Test
  void renameReplacesAndOpenHandlesStayWithTheirFile() throws IOException {
    Disk disk = disk();
    try (DiskFile old = disk.create("a"); DiskFile next = disk.create("b")) {
      old.write(0, ByteBuffer.wrap(new byte[]{1}));
      next.write(0, ByteBuffer.wrap(new byte[]{2}));
      disk.rename("b", "a");
      disk.sync();
      next.write(1, ByteBuffer.wrap(new byte[]{3}));
      assertThat(read(old, 0, 10)).containsExactly(1);
      try (DiskFile opened = disk.open("a")) {
        assertThat(read(opened, 0, 10)).containsExactly(2, 3);
      }
    }
    assertThat(disk.list()).containsExactly("a");
    disk.delete("a");
    assertThat(disk.list()).isEmpty();
  }

  @Test
  void aClosedFileRefuses() throws IOException {
    DiskFile file = disk().create("a");
    file.close();
    file.close();
    assertThatThrownBy(() -> file.write(0, ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
    assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
  }

  static byte[] pattern(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + 7);
    }
    return bytes;
  }

  static byte[] read(DiskFile file, long offset, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    int count = file.read(offset, buffer);
    assertThat(buffer.position()).isEqualTo(count);
    return Arrays.copyOf(buffer.array(), count);
  }
}
