package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.jepsen.cluster.Program;
import io.balsa.jepsen.cluster.Program.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One call of the program and what has to come of it.
 *
 * @param input what stands on standard input
 * @param says TEXT: a pattern for all that is printed; JSON: the fields of the document; REFUSAL: parts of the line
 * @param notes something may be said on the other stream, too: of how it goes on, or what there is in spite of a refusal
 */
record VerbCase(List<String> words, String input, int status, Answer answer, List<String> says, boolean notes) {
  static final int REFUSED = 1;
  static final int USAGE = 2;
  static final int UNAVAILABLE = 3;
  static final int NOT_OBTAINED = 125;
  static final int COMMAND_NOT_STARTED = 127;

  /** What is said of what takes long, which on a machine with much to do is anything. */
  private static final Pattern PROGRESS = Pattern.compile("balsa: waiting for the lock .*|[0-9,]+ ops/s .*");
  private static final ObjectMapper JSON_MAPPER = new ObjectMapper();

  /** How the program answers. */
  enum Answer {
    TEXT,
    JSON,
    REFUSAL
  }

  /** A right use that prints what matches. */
  static VerbCase text(String pattern, Object... words) {
    return new VerbCase(words(words), "", 0, Answer.TEXT, List.of(pattern), false);
  }

  /** A right use with {@code -o json} that prints one document with these fields. */
  static VerbCase json(String fields, Object... words) {
    return new VerbCase(with(words(words), "-o", "json"), "", 0, Answer.JSON, List.of(fields.split(" ", -1)), false);
  }

  /** A use that is turned down in one line with these parts, which '|' separates. */
  static VerbCase refused(int status, String parts, Object... words) {
    return new VerbCase(words(words), "", status, Answer.REFUSAL, List.of(parts.split("\\|", -1)), false);
  }

  /** The same with this on standard input. */
  VerbCase reading(String text) {
    return new VerbCase(words, text, status, answer, says, notes);
  }

  /** The same, but it may say something beside. */
  VerbCase withNotes() {
    return new VerbCase(words, input, status, answer, says, true);
  }

  /** The same where no node is: at once, if it has a timeout. To {@code status} and {@code bench} this is an answer, too. */
  VerbCase withNobodyThere(boolean timeout) {
    boolean locks = words.getFirst().equals("lock") && words.contains("--");
    return new VerbCase(timeout ? with(words, "--timeout", "400ms") : words, input,
        locks ? NOT_OBTAINED : UNAVAILABLE, Answer.REFUSAL, List.of("balsa: "),
        words.getFirst().equals("status") || words.getFirst().equals("bench"));
  }

  /** The same with these options. */
  VerbCase withOptions(String... options) {
    return new VerbCase(with(words, options), input, status, answer, says, notes);
  }

  private static List<String> words(Object... words) {
    return Arrays.stream(words).map(Object::toString).toList();
  }

  /** These before "--": what stands behind it is no option. */
  private static List<String> with(List<String> words, String... options) {
    int end = words.contains("--") ? words.indexOf("--") : words.size();
    return Stream.of(words.subList(0, end), List.of(options), words.subList(end, words.size())).flatMap(List::stream)
        .toList();
  }

  Run run(Program balsa) {
    return balsa.runWithInput(input.getBytes(StandardCharsets.UTF_8), words.toArray(String[]::new));
  }

  void check(Run run) throws IOException {
    assertThat(run.err()).as(toString()).doesNotContain("Exception").doesNotContain("\tat ");
    assertThat(run.status()).as("%s: %s", this, run.err()).isEqualTo(status);
    List<String> told = run.errLines().stream().filter(line -> !PROGRESS.matcher(line).matches()).toList();
    if (answer == Answer.REFUSAL) {
      assertThat(told).as(toString()).hasSize(1);
      assertThat(told.getFirst()).as(toString()).startsWith("balsa: ").contains(says);
      if (!notes) {
        assertThat(run.out()).as(toString()).isEmpty();
      }
      return;
    }
    if (!notes) {
      assertThat(told).as(toString()).isEmpty();
    }
    if (answer == Answer.TEXT) {
      assertThat(run.out()).as(toString()).matches("(?s)" + says.getFirst());
    } else {
      JsonNode document = JSON_MAPPER.readTree(run.outBytes());
      assertThat(document.fieldNames()).toIterable().as(toString()).containsExactlyElementsOf(says);
      namesAreLowerCamelCase(document);
      assertThat(run.out()).as(toString()).hasLineCount(1).endsWith("\n");
    }
  }

  private void namesAreLowerCamelCase(JsonNode node) {
    assertThat(node.fieldNames()).toIterable().as(toString()).allMatch(name -> name.matches("[a-z][a-zA-Z0-9]*"));
    node.forEach(this::namesAreLowerCamelCase);
  }

  @Override
  public String toString() {
    return "balsa " + String.join(" ", words.stream().map(word -> word.length() > 60 ? "..." : word).toList());
  }
}
