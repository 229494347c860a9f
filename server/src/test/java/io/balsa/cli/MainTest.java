package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be seen without a cluster; the real program against a real one is tried by jepsen-tests. */
class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir
  private Path folder;

  private int run(String... args) {
    return Main.run(new Console(out, err, false, false), args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anUnknownVerbIsSuggestedAnother() {
    assertThat(run("stauts")).isEqualTo(ExitStatus.USAGE);
    assertThat(out()).isEmpty();
    assertThat(err()).contains("unknown verb 'stauts'").contains("status");
  }

  @Test
  void noVerbIsWrongUsageAndShowsThemAll() {
    assertThat(run()).isEqualTo(ExitStatus.USAGE);
    assertThat(out()).isEmpty();
    for (Verb verb : Verb.all()) {
      if (verb == Verb.WATCH) {
        assertThat(err()).as("not built yet").doesNotContain(verb.word());
      } else {
        assertThat(err()).containsPattern("(?m)^  " + verb.word() + " ");
      }
    }
  }

  @Test
  void aVerbOfVerbsTellsWhichThereAre() {
    assertThat(run("lease")).isEqualTo(ExitStatus.USAGE);
    assertThat(err()).contains("keep-alive").contains("See 'balsa lease --help'");
    err.reset();
    assertThat(run("lease", "revok", "7")).isEqualTo(ExitStatus.USAGE);
    assertThat(err()).contains("unknown verb 'revok'").contains("revoke");
    err.reset();
    assertThat(run("snapshot", "restore", "--help")).isEqualTo(ExitStatus.DONE);
    assertThat(err()).isEmpty();
  }

  /** Nothing is asked of a cluster before the words make sense. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"lock|name of the lock and the command are missing",
      "lock l|the command to run under the lock 'l' is missing", "lock --list a b|stand alone",
      "lock --permits 2 l -- true|goes with --shared", "lock --owner= l -- true|more than nothing",
      "put k v --fence l|like reports:42", "put k v --fence :7|like reports:42", "put k v --fence l:x|like reports:42",
      "put k v --fence l:99999999999999999999|like reports:42", "put k v --lease -3|id of a lease",
      "del k --fence l:9223372036854775808|like reports:42", "lease grant 0|more than nothing",
      "lease ttl -1|id of a lease", "snapshot restore f|--data"})
  void wrongWordsAreTold(String words, String told) {
    assertThat(run(words.split(" "))).isEqualTo(ExitStatus.USAGE);
    assertThat(out()).isEmpty();
    assertThat(err()).contains(told);
  }

  @Test
  void whatIsNotBuiltYetSaysSo() {
    assertThat(run("watch", "a/", "--from", "7")).isEqualTo(ExitStatus.REFUSED);
    assertThat(run("lock", "--graph")).isEqualTo(ExitStatus.REFUSED);
    assertThat(err().lines()).hasSize(2).allMatch(line -> line.contains("not built yet"));
  }

  /** What begins with @ is a word like any, not the name of a file with more words. */
  @Test
  void wordsWithAnAtAreTakenAsTheyAre() throws IOException {
    Path file = Files.writeString(folder.resolve("words"), "--version");
    assertThat(run("watch", "@" + file)).isEqualTo(ExitStatus.REFUSED);
    assertThat(err()).contains("@" + file);
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void everyVerbTellsItsOptionsAndRefusesOthers(Verb verb) {
    assertThat(run(verb.word(), "--help")).isEqualTo(ExitStatus.DONE);
    assertThat(err()).isEmpty();
    assertThat(run(verb.word(), "--no-such-option")).isEqualTo(ExitStatus.USAGE);
    assertThat(err()).contains("See 'balsa " + verb.word() + " --help'");
  }

  @Test
  void versionAndCompletion() {
    assertThat(run("--version")).isEqualTo(ExitStatus.DONE);
    assertThat(run("completion")).isEqualTo(ExitStatus.DONE);
    assertThat(err()).isEmpty();
    assertThat(out()).contains("complete -F _complete_balsa").contains("--in-flight").contains("keep-alive")
        .contains("--describe");
  }

  @Test
  void anOutputThatCannotBeWrittenIsAFailure() {
    OutputStream full = new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("No space left on device");
      }
    };
    assertThat(Main.run(new Console(full, err, false, false), "completion")).isEqualTo(ExitStatus.REFUSED);
    assertThat(err()).isEqualTo("balsa: cannot write standard output: No space left on device\n");
  }
}
