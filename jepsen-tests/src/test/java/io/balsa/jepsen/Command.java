package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program, any one, that was run to its end: its status and what it wrote, byte for byte. */
record Command(int status, String out, String err) {

  static Command run(Path directory, Map<String, String> environment, List<String> words) {
    return start(directory, environment, words).await();
  }

  static Running start(Path directory, Map<String, String> environment, List<String> words) {
    try {
      Path out = Files.createTempFile("balsa-", ".out");
      Path err = Files.createTempFile("balsa-", ".err");
      ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile())
          .redirectInput(Path.of("/dev/null").toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().putAll(environment);
      return new Running(words, builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + words, e);
    }
  }

  /** One that still runs. Closing it ends it, as Ctrl-C would, and waits for that. */
  record Running(List<String> words, Process process, Path out, Path err) implements AutoCloseable {
    private static final long MINUTES_MAX = 10;

    Command await() {
      try {
        assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).as("%s ends", words).isTrue();
        return new Command(process.exitValue(), Files.readString(out), Files.readString(err));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while " + words + " runs", e);
      }
    }

    /** Sends it a signal, by its name without SIG. */
    void signal(String name) {
      assertThat(
          Command.run(Path.of("."), Map.of(), List.of("kill", "-" + name, Long.toString(process.pid()))).status())
          .isZero();
    }

    @Override
    public void close() {
      process.destroy();
      await();
    }
  }
}
