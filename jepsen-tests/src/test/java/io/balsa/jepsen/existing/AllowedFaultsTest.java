package io.balsa.jepsen.existing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.jepsen.nemesis.Nemesis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file in which users say what may be done to their cluster. */
class AllowedFaultsTest {
  @TempDir
  private Path directory;

  private AllowedFaults read(String yaml) throws IOException {
    return AllowedFaults.read(Files.writeString(directory.resolve("faults.yaml"), yaml));
  }

  private void refused(String yaml, String why) {
    assertThatThrownBy(() -> read(yaml)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
  }

  @Test
  void faultsHaveTheNamesFamiliesAndTimesOfTheFile() throws IOException {
    AllowedFaults faults = read("""
        faults:
          kill-leader:
            family: kill
            victims: leader
            install: kill it
            check: is it dead
            undo: start it
            hold-seconds: [2, 10]
          pause:
            install: stop it
            undo: go on
        """);
    assertThat(faults.nemeses()).extracting(Nemesis::name).containsExactly("kill-leader", "pause");
    assertThat(faults.nemeses()).extracting(Nemesis::family).containsExactly("kill", "pause");
    assertThat(faults.nemeses()).extracting(Nemesis::description).containsExactly("kill it", "stop it");
    assertThat(faults.nemeses()).extracting(Nemesis::holdAtLeast)
        .containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(1));
    assertThat(faults.nemeses()).extracting(Nemesis::holdAtMost)
        .containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(60));
  }

  @Test
  void aFileMayAllowNothing() throws IOException {
    assertThat(read("logs: cat the log").nemeses()).isEmpty();
    assertThat(AllowedFaults.none().nemeses()).isEmpty();
  }

  @Test
  void whatIsMisspelledIsRefused_forAFaultThatIsNeverUndoneIsNone() {
    refused("faults: {kill: {install: x, undoo: y}}", "undo");
    refused("faults: {kill: {install: x}}", "undo");
    refused("faults: {kill: {install: x, undo: ''}}", "kill needs a command");
    refused("faults: {kill: {undo: y}}", "install");
    refused("faults: {kill: null}", "kill needs a command");
    refused("faults: {kill: {install: x, undo: y, victims: everybody}}", "everybody");
    refused("faults: {kill: {install: x, undo: y, hold-seconds: [3, 2]}}", "hold-seconds");
    refused("faults: {kill: {install: x, undo: y, hold-seconds: [3]}}", "hold-seconds");
    refused("faults: {kill: {install: x, undo: y}, kill: {install: z, undo: y}}", "kill");
    refused("fault: {kill: {install: x, undo: y}}", "fault");
    refused("", "empty");
    refused("faults: [", "line ");
  }

  @Test
  void aFileThatIsNotThereIsToldByItsName() {
    assertThatThrownBy(() -> AllowedFaults.read(directory.resolve("none.yaml")))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("none.yaml");
  }
}
