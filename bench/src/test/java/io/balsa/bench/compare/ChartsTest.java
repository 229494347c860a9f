package io.balsa.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.StringReader;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** What is drawn of the figures; how it looks is for people to see. */
class ChartsTest {
  @Test
  void eachKindOfFigureIsAPicture() throws Exception {
    assumeTrue(Charts.hindrance().isEmpty(), "this JDK cannot draw");
    Figures figures = new Figures(100, 10, 20, 30, 10, 5, 1 << 20, 0);
    Gaps gaps = new Gaps();
    gaps.add(250_000_000);
    String page = Charts.page(List.of(Workload.PUT_64, Workload.SESSION_PUT_1000), new Comparison.Result(
        new EnumMap<>(Map.of(Subject.BALSA, Map.of(Workload.PUT_64, figures, Workload.SESSION_PUT_1000, figures),
            Subject.ETCD, Map.of(Workload.PUT_64, figures))),
        Map.of(), new EnumMap<>(Map.of(Subject.BALSA, gaps)), 5_000, new EnumMap<>(Map.of(Subject.ETCD, figures))));
    Document parsed = DocumentBuilderFactory.newInstance().newDocumentBuilder()
        .parse(new InputSource(
            new StringReader(page.replace("<!DOCTYPE html>", "").replace("\"utf-8\">", "\"utf-8\"/>"))));
    assertThat(parsed.getElementsByTagName("svg").getLength()).isEqualTo(5);
  }

  @Test
  void whatWasNotMeasuredIsNotDrawn() throws IOException {
    assertThat(Charts.page(List.of(), new Comparison.Result(Map.of(), Map.of(), Map.of(), 0, Map.of())))
        .doesNotContain("<svg");
  }
}
