package io.balsa.jepsen.report.markup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is text stays text. */
class MarkupTest {
  private static String written(Consumer<Markup> what) {
    StringWriter writer = new StringWriter();
    Markup markup = new Markup(writer);
    what.accept(markup);
    markup.flush();
    return writer.toString();
  }

  @Test
  void elementsAreWrittenAsHtmlAndXmlReadThem() {
    assertThat(written(page -> page.doctype().open("p", "class", "a").text("b").empty("br").leaf("i", "c").close()
        .open("script").close())).isEqualTo("<!DOCTYPE html><p class=\"a\">b<br/><i>c</i></p><script></script>");
  }

  @Test
  void textAndValuesAreEscaped() {
    assertThat(written(page -> page.leaf("p", "</p><img src=x>&amp;]]>", "title", "\"><b a='")))
        .isEqualTo("<p title=\"&quot;&gt;&lt;b a='\">&lt;/p&gt;&lt;img src=x&gt;&amp;amp;]]&gt;</p>");
  }

  @Test
  void whatXmlCannotHoldIsReplacedByWhatIsSeen() {
    assertThat(written(page -> page.leaf("p", "\u0000a\u001b[31m\r\n\tb\u007f \ud83d\ude00 \ud83d \ude00 \uffff")))
        .isEqualTo("<p>\u2400a\u241b[31m\u240d\n\tb\ufffd \ud83d\ude00 \ufffd \ufffd \ufffd</p>");
  }

  @Test
  void onlyWhatMeansTheSameInBothIsTakenVerbatim() {
    assertThat(written(page -> page.open("style").verbatim("a > b { content: \"c\" }").close()))
        .isEqualTo("<style>a > b { content: \"c\" }</style>");
    for (String text : new String[]{"a < b", "a && b"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> written(page -> page.open("script").verbatim(text)));
    }
  }

  @Test
  void whatTheSinkThrowsIsThrown() {
    Writer full = new Writer() {
      @Override
      public void write(char[] chars, int from, int length) throws IOException {
        throw new IOException("no space left");
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
    assertThatThrownBy(() -> new Markup(full).leaf("p", "a".repeat(100_000)).flush())
        .isInstanceOf(UncheckedIOException.class).hasStackTraceContaining("no space left");
  }
}
