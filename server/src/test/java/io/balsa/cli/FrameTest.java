package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.error.Errors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** The parts that all verbs stand on. */
class FrameTest {
  @ParameterizedTest
  @CsvSource({"500ms,500", "5s,5000", "2m,120000", "1h,3600000", "7d,604800000", "3,3000", "0.5,500", "1.25s,1250"})
  void durationsAreReadAsPeopleWriteThem(String text, long millis) {
    assertThat(new Durations().convert(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1s", "5 s", "s", "1w", "1e3", "12345678901s"})
  void anythingElseIsNoDuration(String text) {
    assertThatThrownBy(() -> new Durations().convert(text)).isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("is not a duration");
  }

  @Test
  void durationsAreToldInTheUnitThatFits() {
    assertThat(Durations.text(Duration.ofMillis(87))).isEqualTo("87 ms");
    assertThat(Durations.text(Duration.ofSeconds(5))).isEqualTo("5 s");
    assertThat(Durations.text(Duration.ofMillis(1240))).isEqualTo("1.24 s");
    assertThat(Durations.text(Duration.ofMillis(59_940))).isEqualTo("59.9 s");
    assertThat(Durations.text(Duration.ofSeconds(123))).isEqualTo("2 min 3 s");
    assertThat(Durations.text(Duration.ofHours(2).plusSeconds(60))).isEqualTo("2 h 1 min");
  }

  @Test
  void aBarePortStandsForTheHostBeforeIt() {
    assertThat(Endpoints.parse("127.0.0.1:7101,7102, db.example:1 ,[::1]:65535"))
        .containsExactly("127.0.0.1:7101", "127.0.0.1:7102", "db.example:1", "[::1]:65535");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7101", "host", "host:", ":7101", "host:0", "host:65536", "host:7101,", "host:x"})
  void malformedEndpointsAreWrongUsage(String text) {
    assertThatThrownBy(() -> Endpoints.parse(text)).isInstanceOfSatisfying(VerbFailure.class,
        failure -> assertThat(failure.status()).isEqualTo(ExitStatus.USAGE));
  }

  @Test
  void aTableSetsNumbersAtTheRightAndLeavesNoBlanksAtTheEnd() {
    assertThat(new Table("ID", ">N", "HEALTH").row("n1", "7", "healthy").row("n22", "1234", "").lines(" "))
        .containsExactly(" ID      N  HEALTH", " n1      7  healthy", " n22  1234");
  }

  @Test
  void aLineHoldsWhateverBytesAKeyHas() {
    assertThat(Text.line("tab\there \\ new\nline é".getBytes(StandardCharsets.UTF_8), false))
        .isEqualTo("tab\\there \\\\ new\\nline é");
    assertThat(Text.line(new byte[]{(byte) 0xff, 'a', 0}, false)).isEqualTo("\\xffa\\x00");
    assertThat(Text.line(new byte[]{(byte) 0xff, 'a', 0}, true)).isEqualTo("ff6100");
  }

  @Test
  void hexIsReadStrictly() {
    assertThat(Text.bytes("00fF", true)).containsExactly(0, 0xff);
    assertThat(Text.bytes("zz", false)).containsExactly('z', 'z');
    assertThatThrownBy(() -> Text.bytes("abc", true)).isInstanceOf(VerbFailure.class)
        .hasMessageContaining("hexadecimal");
  }

  @Test
  void whatACallEndsWithDecidesTheExitStatus() {
    assertThat(Failures.tell(new CompletionException(Errors.deadline("", true))).status())
        .isEqualTo(ExitStatus.UNAVAILABLE);
    assertThat(Failures.tell(Errors.outcomeUnknown("gone")).status()).isEqualTo(ExitStatus.UNAVAILABLE);
    assertThat(Failures.tell(Errors.invalid("KEY_TOO_LARGE", "too large")).status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(Failures.tell(Errors.invalid("KEY_TOO_LARGE", "too large")).getMessage()).contains("KEY_TOO_LARGE");
    assertThat(Failures.tell(new IllegalStateException("two\n  lines")).getMessage()).isEqualTo("two lines");
  }

  @Test
  void aReaderThatHasGoneIsNoNews() {
    assertThat(Failures.tell(new Console.OutputFailure(new IOException("Broken pipe"))).getMessage()).isEmpty();
    assertThat(Failures.tell(new Console.OutputFailure(new IOException("No space left on device"))).getMessage())
        .contains("No space left on device");
  }

  @Test
  void aClusterIsNotStartedWithOtherPortsThanItWasMadeWith(@TempDir Path directory) throws IOException {
    UpSettings.check(directory, 3, 7100);
    UpSettings.store(directory, 3, 7100);
    UpSettings.check(directory, 3, 7100);
    assertThatThrownBy(() -> UpSettings.check(directory, 3, 7200)).isInstanceOf(VerbFailure.class)
        .hasMessageContaining("--nodes 3 --port 7100");
    assertThatThrownBy(() -> UpSettings.check(directory, 5, 7100)).isInstanceOf(VerbFailure.class);
  }
}
