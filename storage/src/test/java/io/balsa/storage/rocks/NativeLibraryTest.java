package io.balsa.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.storage.kv.StoreException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;

/** The native library is loaded once in a process: each way of finding it gets a process of its own. */
final class NativeLibraryTest {
  private static final String LIBRARY = "librocksdbjni-linux64.so";

  @TempDir
  Path directory;

  /** The process that each test starts. */
  static final class Opens {
    public static void main(String[] arguments) throws Exception {
      try {
        RocksStore.open(Path.of(arguments[0]), RocksOptions.DEFAULT).close();
        System.out.println("opened");
      } catch (StoreException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void aDistributionUnpacksItOnceAndSaysWhere() throws Exception {
    assertThat(run("-Djava.library.path=" + unpack())).isEqualTo("opened");
    assertThat(temporaryFiles()).as("not unpacked again").isEmpty();
  }

  @Test
  void elsewhereRocksDbUnpacksIt() throws Exception {
    assertThat(run("-Dunused=")).isEqualTo("opened");
  }

  @Test
  void whatCannotBeLoadedIsSaidSo() throws Exception {
    Path broken = Files.createDirectories(directory.resolve("broken"));
    Files.writeString(broken.resolve(LIBRARY), "no library");
    assertThat(run("-Djava.library.path=" + broken, "-Djava.io.tmpdir=" + broken.resolve("nowhere")))
        .contains("native library cannot be loaded").contains("java.library.path");
  }

  private Path unpack() throws Exception {
    Path unpacked = Files.createDirectories(directory.resolve("native"));
    try (InputStream library = RocksDB.class.getClassLoader().getResourceAsStream(LIBRARY)) {
      Files.copy(library, unpacked.resolve(LIBRARY));
    }
    return unpacked;
  }

  private List<Path> temporaryFiles() throws Exception {
    try (Stream<Path> files = Files.list(directory.resolve("tmp"))) {
      return files.filter(file -> file.getFileName().toString().contains("rocksdbjni")).toList();
    }
  }

  private String run(String... properties) throws Exception {
    Path temporary = Files.createDirectories(directory.resolve("tmp"));
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+IgnoreUnrecognizedVMOptions", "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1",
        "-Djava.io.tmpdir=" + temporary));
    command.addAll(List.of(properties));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Opens.class.getName(),
        directory.resolve("state").toString()));
    Path output = directory.resolve("output");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output, StandardCharsets.UTF_8).strip();
  }
}
