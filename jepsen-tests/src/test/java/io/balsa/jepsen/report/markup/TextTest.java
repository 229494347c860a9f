package io.balsa.jepsen.report.markup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Numbers as people read them. */
class TextTest {
  @Test
  void durationsHaveThreeDigitsAndTheirUnit() {
    assertThat(Text.duration(0)).isEqualTo("0");
    assertThat(Text.duration(999)).isEqualTo("999 ns");
    assertThat(Text.duration(1_000)).isEqualTo("1.00 \u00b5s");
    assertThat(Text.duration(999_499)).isEqualTo("999 \u00b5s");
    assertThat(Text.duration(999_500)).isEqualTo("1.00 ms");
    assertThat(Text.duration(9_994_000)).isEqualTo("9.99 ms");
    assertThat(Text.duration(9_996_000)).isEqualTo("10.0 ms");
    assertThat(Text.duration(123_456_789)).isEqualTo("123 ms");
    assertThat(Text.duration(999_600_000)).isEqualTo("1.00 s");
    assertThat(Text.duration(119_000_000_000L)).isEqualTo("119 s");
    assertThat(Text.duration(120_000_000_000L)).isEqualTo("2 min 00 s");
    assertThat(Text.duration(3_605_400_000_000L)).isEqualTo("60 min 05 s");
  }

  @Test
  void whatIsNotAllIsNever100Percent() {
    assertThat(Text.share(1)).isEqualTo("100.00 %");
    assertThat(Text.share(0.9999999)).isEqualTo("99.99 %");
    assertThat(Text.share(0.57)).isEqualTo("57.00 %");
    assertThat(Text.share(0)).isEqualTo("0.00 %");
  }

  @Test
  void countsRatesAndMoments() {
    assertThat(Text.count(1_234_567)).isEqualTo("1,234,567");
    assertThat(Text.rate(99.94)).isEqualTo("99.9");
    assertThat(Text.rate(1234.5)).isEqualTo("1,235");
    assertThat(Text.moment(12_345_600_000L)).isEqualTo("12.346 s");
    assertThat(Text.shortened("abcdef", 6)).isEqualTo("abcdef");
    assertThat(Text.shortened("abcdefg", 6)).isEqualTo("abcde\u2026");
  }
}
