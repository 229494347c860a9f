package io.balsa.jepsen.report.page;

import static io.balsa.jepsen.report.Histories.between;
import static io.balsa.jepsen.report.Histories.ms;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.report.MadeUpRun;
import io.balsa.jepsen.report.ReportFiles;
import io.balsa.jepsen.report.run.FaultRecord;
import io.balsa.jepsen.report.run.RunReport;
import io.balsa.jepsen.report.run.WorkloadResult;
import io.balsa.jepsen.torture.workload.Verdict;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The page of a run: what is on it, and what never can be. */
class RunPageTest {
  private static final String HOSTILE = "</script></style></pre>\"'><img src=x onerror=alert(1)> &lt; ]]> \u001b[31m";
  private static final String HARMLESS = HOSTILE.replace('\u001b', '\u241b');
  private static final Verdict VALID = new Verdict(Verdict.State.VALID, List.of(), Map.of("keys", 8L));

  @TempDir
  private Path directory;

  private String page(RunReport run) throws Exception {
    ReportFiles.write(run, directory.resolve("run"));
    return Files.readString(directory.resolve("run").resolve(ReportFiles.PAGE));
  }

  private static Document parsed(String page) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(page)));
  }

  private static List<Element> elements(Document page, String tag) {
    NodeList nodes = page.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static List<String> texts(Document page, String tag, String kind) {
    return elements(page, tag).stream().filter(element -> element.getAttribute("class").equals(kind))
        .map(Element::getTextContent).toList();
  }

  /** Everything that comes from outside is this text. */
  private static RunReport hostile(Path log) {
    List<Operation> history = Stream.of(Completion.values())
        .map(completion -> new Operation(1, HOSTILE, HOSTILE, List.of(HOSTILE),
            completion == Completion.OK ? HOSTILE : null,
            ms(10), ms(20), completion, completion == Completion.OK ? null : HOSTILE))
        .toList();
    Verdict verdict = new Verdict(Verdict.State.INVALID, List.of(HOSTILE), Map.of(HOSTILE, 1L));
    return new RunReport(HOSTILE, 7, HOSTILE, HOSTILE, HOSTILE, List.of(HOSTILE), Instant.EPOCH, between(0, 100),
        List.of(new WorkloadResult(HOSTILE, verdict, history, Set.of(HOSTILE))),
        List.of(new FaultRecord(HOSTILE, HOSTILE, HOSTILE, FaultRecord.State.INSTALLED, between(10, 20),
            OptionalLong.of(ms(30)))),
        List.of(HOSTILE), RunReport.States.DIFFERENT, Map.of(HOSTILE, log), Map.of(HOSTILE, HOSTILE));
  }

  private Path log(String text) throws Exception {
    return Files.writeString(directory.resolve("node.log"), text);
  }

  @Test
  void theVerdictTheCommandAndEveryFaultAreOnIt() throws Exception {
    RunReport run = MadeUpRun.of(7, VALID, List.of(), Map.of("n1", log("all is well\n")));
    Document page = parsed(page(run));
    assertThat(texts(page, "p", "big")).containsExactly("\u2713 VALID");
    assertThat(texts(page, "p", "counts")).containsExactly("The run counts.");
    assertThat(texts(page, "pre", "command")).containsExactly(run.command());
    assertThat(texts(page, "pre", "log")).containsExactly("all is well\n");
    assertThat(run.faults()).hasSize(5).allSatisfy(fault -> {
      Element row = elements(page, "tr").stream().filter(tr -> tr.getTextContent().contains(fault.name())).findFirst()
          .orElseThrow();
      assertThat(row.getAttribute("class")).isEqualTo(fault.state().name().toLowerCase(Locale.ROOT));
      assertThat(row.getTextContent()).contains(fault.family(), fault.what());
    });
    assertThat(texts(page, "text", "name")).as("in the strips").contains("1 kill-leader", "2 partition-leader",
        "4 pause-leader", "5 power-all").doesNotContain("3 disk-full");
    assertThat(elements(page, "svg")).as("faults, throughput, latency, all operations, four faults close up")
        .hasSize(8);
    assertThat(texts(page, "p", "note")).anyMatch(note -> note.matches("32,\\d+ operations; .*none is left out[.]"));
  }

  @Test
  void aRunThatFailsSaysWhatWasFoundAndWhyItDoesNotCount() throws Exception {
    List<String> findings = Stream.iterate(1, i -> i + 1).limit(12).map(i -> "lost element " + i).toList();
    Document page = parsed(page(MadeUpRun.of(7, Verdict.of(findings, Map.of()), List.of("too few", "skipped"),
        Map.of("n1", directory.resolve("gone.log")))));
    assertThat(texts(page, "p", "big")).containsExactly("\u2717 INVALID");
    assertThat(texts(page, "p", "counts not")).containsExactly("The run does not count:");
    assertThat(elements(page, "li")).extracting(Element::getTextContent).containsExactly("too few", "skipped");
    assertThat(texts(page, "pre", "")).containsExactlyElementsOf(findings);
    assertThat(texts(page, "p", "note")).anyMatch(
        note -> note.startsWith("It could not be read: java.nio.file.NoSuchFileException"));
  }

  @Test
  void itNeedsNothingFromElsewhere() throws Exception {
    Document page = parsed(page(MadeUpRun.of(7, VALID, List.of(), Map.of())));
    for (Element element : elements(page, "*")) {
      assertThat(List.of("link", "img", "iframe", "object", "embed", "base", "image", "use", "a"))
          .doesNotContain(element.getTagName());
      for (String name : List.of("src", "href", "xlink:href", "srcset", "action", "data", "poster", "background")) {
        assertThat(element.hasAttribute(name)).as(element.getTagName() + " " + name).isFalse();
      }
    }
    assertThat(elements(page, "style")).singleElement().satisfies(
        style -> assertThat(style.getTextContent()).doesNotContain("url(", "@import", "http"));
    assertThat(elements(page, "script").getFirst().getTextContent()).doesNotContain("http", "fetch", "import");
  }

  @Test
  void onlyItsOwnScriptMayRun() throws Exception {
    Document page = parsed(page(hostile(log(HOSTILE))));
    String script = elements(page, "script").getFirst().getTextContent();
    assertThat(elements(page, "script")).hasSize(1);
    String hash = Base64.getEncoder()
        .encodeToString(MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8)));
    assertThat(elements(page, "meta")).filteredOn(
        meta -> meta.getAttribute("http-equiv").equals("Content-Security-Policy")).singleElement().satisfies(
            meta -> assertThat(meta.getAttribute("content")).startsWith("default-src 'none';")
                .contains("script-src 'sha256-" + hash + "';"));
  }

  @Test
  void whatComesFromOutsideStaysText() throws Exception {
    String text = page(hostile(log("before\n" + HOSTILE + "\nafter\n")));
    assertThat(text).doesNotContain("<img", "</pre>\"").containsOnlyOnce("</script>").containsOnlyOnce("</style>");
    Document page = parsed(text);
    assertThat(texts(page, "pre", "log")).containsExactly("before\n" + HARMLESS + "\nafter\n");
    assertThat(texts(page, "pre", "command")).containsExactly(HARMLESS);
    assertThat(texts(page, "td", "what")).containsExactly(HARMLESS);
    assertThat(elements(page, "h1")).extracting(Element::getTextContent).containsExactly(HARMLESS);
    assertThat(elements(page, "rect")).extracting(rect -> rect.getAttribute("data-tip"))
        .anyMatch(tip -> tip.contains(HARMLESS));
    for (Element element : elements(page, "*")) {
      for (int i = 0; i < element.getAttributes().getLength(); i++) {
        assertThat(element.getAttributes().item(i).getNodeName()).doesNotStartWith("on");
      }
    }
  }

  @Test
  void ofALongLogTheLastWholeLinesAreThere() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      lines.append("line ").append(i).append('\n');
    }
    Document page = parsed(page(MadeUpRun.of(7, VALID, List.of(), Map.of("n1", log(lines.toString())))));
    String shown = texts(page, "pre", "log").getFirst();
    assertThat(shown).startsWith("line ").endsWith("line 29999\n");
    assertThat(shown.length()).isBetween(200 * 1024 - 12, 200 * 1024);
    assertThat(lines.toString()).endsWith(shown);
    String left = String.format(Locale.ROOT, "%,d", lines.length() - shown.length());
    assertThat(texts(page, "p", "note")).contains(
        "The last 200 KiB; " + left + " bytes before them are left out.");
  }

  @Test
  void aRunInWhichNothingHappenedHasAPage() throws Exception {
    Document page = parsed(page(new RunReport("nothing", 7, "", "proxies", "", List.of(), Instant.EPOCH, between(0, 0),
        List.of(new WorkloadResult("set", VALID, List.of(), Set.of())), List.of(), List.of(), RunReport.States.EQUAL,
        Map.of(), Map.of())));
    assertThat(texts(page, "p", "note")).contains("No operation ended OK.", "The plan had none.");
  }
}
