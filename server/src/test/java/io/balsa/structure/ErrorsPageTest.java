package io.balsa.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.server.grpc.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/errors.md} names every reason that an error may have, and no other. */
class ErrorsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "errors.md");
  /** Where reasons are given as texts: the state machine's refusals, and what the SDK finds itself. */
  private static final Set<Path> PLACES = Set.of(Path.of("storage/src/main/java/io/balsa/storage/state"),
      Path.of("client/src/main/java/io/balsa/client"));
  private static final Pattern TEXT = Pattern
      .compile("\"([A-Z]+(?:_[A-Z]+)+|FENCED|OVERFLOW|INTERRUPTED|SILENT|UNREACHABLE|PROTOCOL)\"");
  private static final Set<String> NO_REASONS = Set.of("ROUND_ROBIN");
  /** In a row of a table, before its second cell. */
  private static final Pattern ROW = Pattern.compile("^\\| (`[^|]*`) \\|", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("`(\\w+)`");

  @Test
  void thePageNamesTheReasonsThatThereAre() throws IOException {
    Set<String> there = new TreeSet<>();
    for (Reason reason : Reason.values()) {
      there.add(reason.name());
    }
    for (JavaSource source : JavaSource.all()) {
      if (PLACES.stream().anyMatch(source.path()::startsWith)) {
        Matcher texts = TEXT.matcher(String.join("\n", source.lines()));
        while (texts.find()) {
          there.add(texts.group(1));
        }
      }
    }
    there.removeAll(NO_REASONS);
    Set<String> named = new TreeSet<>();
    Matcher rows = ROW.matcher(Files.readString(PAGE));
    while (rows.find()) {
      Matcher names = NAME.matcher(rows.group(1));
      while (names.find()) {
        assertThat(named.add(names.group(1))).as(names.group(1) + " stands there once").isTrue();
      }
    }
    assertThat(named).isEqualTo(there);
  }
}
