package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be seen without a cluster; the real program against a real one is tried by jepsen-tests. */
class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

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
      assertThat(err()).containsPattern("(?m)^  " + verb.word() + " ");
    }
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
    assertThat(out()).contains("complete -F _complete_balsa").contains("--in-flight");
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
