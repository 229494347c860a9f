package io.balsa.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.junit.cluster.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks as their users start them; how fast anything is is nobody's concern here. */
@Timeout(300)
class MicroIT {
  private static final Path PROGRAM = Path.of(System.getProperty("balsa.compare"), "bin", "balsa-micro");

  @TempDir
  private Path directory;

  @Test
  void everyBenchmarkRunsInAJvmOfItsOwnAndLeavesNothing() throws IOException, InterruptedException {
    Path files = Files.createDirectory(directory.resolve("files"));
    int status = micro("-p", "batch=300", "-p", "key=ZEROS", "-wi", "0", "-i", "1", "-r", "100ms", "-f", "1", "-foe",
        "true", "-jvmArgsAppend", "-Djava.io.tmpdir=" + files);
    assertThat(status).as(() -> said()).isZero();
    for (String score : List.of("ApplyBenchmark.put .*CALL", "ApplyBenchmark.put .*SESSION",
        "LogAppendBenchmark.append", "LogAppendBenchmark.append:entries",
        "CodecBenchmark.encodeAppendEntries",
        "CodecBenchmark.decodeAppendEntries", "CodecBenchmark.parseCommand", "RowKeysBenchmark.version")) {
      assertThat(said()).containsPattern("(?m)^" + score + " .*avgt");
    }
    try (Stream<Path> left = Files.list(files)) {
      assertThat(left).isEmpty();
    }
  }

  private int micro(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(directory.resolve("said").toFile());
    builder.environment().put("BALSA_HOME", Distribution.program().getParent().getParent().toString());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
      return process.exitValue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private String said() {
    try {
      return Files.readString(directory.resolve("said")).strip();
    } catch (IOException e) {
      return e.toString();
    }
  }
}
