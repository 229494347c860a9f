package io.balsa.junit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the distribution is looked for, and what is said when it is not there. */
class DistributionTest {
  @TempDir
  private Path directory;

  private Path distribution(String name, String permissions) throws IOException {
    Path program = directory.resolve(name).resolve("bin").resolve("balsa");
    Files.createDirectories(program.getParent());
    Files.createFile(program, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
    return program;
  }

  @Test
  void thePropertyBeatsTheVariable() throws IOException {
    Path one = distribution("one", "rwxr-xr-x");
    Path other = distribution("other", "rwxr-xr-x");
    assertThat(Distribution.program(directory.resolve("one").toString(), directory.resolve("other").toString()))
        .isEqualTo(one);
    assertThat(Distribution.program(null, directory.resolve("other").toString())).isEqualTo(other);
    assertThat(Distribution.program("", directory + "/one/../other")).isEqualTo(other);
  }

  @Test
  void whoNamesNoneIsToldHowTo() {
    assertThatThrownBy(() -> Distribution.program(null, " ")).isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("unpack balsa-<version>.tar.gz", "BALSA_HOME", "balsa.dist",
            "systemPropertyVariables");
  }

  @Test
  void whoNamesSomethingElseIsToldWhatAndByWhat() throws IOException {
    assertThatThrownBy(() -> Distribution.program(directory.toString(), null)).hasMessage(
        "the system property balsa.dist names " + directory
            + ", which is no distribution of Balsa: there is no bin/balsa in it");
    Path program = distribution("copied-without-permissions", "rw-r--r--");
    String home = program.getParent().getParent().toString();
    assertThatThrownBy(() -> Distribution.program(null, home)).hasMessage("the environment variable BALSA_HOME names "
        + home + ", which is no distribution of Balsa: " + program + " is no program");
  }
}
