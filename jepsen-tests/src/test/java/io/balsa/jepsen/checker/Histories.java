package io.balsa.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Histories as text, a line an operation: {@code process invoked completed outcome function argument}, and then, of one that is OK, its
 * result, else its error. Argument and result are JSON.
 */
final class Histories {
  private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);
  private static final Pattern LINE = Pattern.compile("(\\d+) (\\d+) (\\d+) (ok|failed|unknown) (\\w+) (\\S+) ?(.*)");

  private Histories() {}

  static List<Operation> parse(String text) {
    return text.lines().map(Histories::operation).toList();
  }

  private static Operation operation(String line) {
    Matcher matched = LINE.matcher(line);
    assertThat(matched.matches()).as(line).isTrue();
    Completion completion = Completion.valueOf(matched.group(4).toUpperCase(Locale.ROOT));
    boolean ok = completion == Completion.OK;
    return new Operation(Integer.parseInt(matched.group(1)), "any", matched.group(5), json(matched.group(6)),
        ok ? json(matched.group(7)) : null, Long.parseLong(matched.group(2)), Long.parseLong(matched.group(3)),
        completion, ok ? null : matched.group(7));
  }

  private static @Nullable Object json(String text) {
    try {
      return text.isEmpty() ? null : JSON.readValue(text, Object.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** The same as it comes back from a file. */
  static List<Operation> reread(List<Operation> history) {
    return history.stream().map(operation -> new Operation(operation.process(), operation.node(), operation.function(),
        copy(operation.argument()), copy(operation.result()), operation.invoked(), operation.completed(),
        operation.completion(), operation.error())).toList();
  }

  private static @Nullable Object copy(@Nullable Object value) {
    try {
      return JSON.readValue(JSON.writeValueAsString(value), Object.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(String.valueOf(value), e);
    }
  }

  /**
   * The history is accused of this kind and nothing else; with one thing changed it is accused of nothing, and everything is decided.
   */
  static void assertFound(Function<List<Operation>, Judgement> checker, String kind, String history, String bad,
      String good) {
    assertThat(history).contains(bad);
    Judgement judgement = checker.apply(parse(history));
    assertThat(judgement.wrong()).isNotEmpty().allSatisfy(wrong -> assertThat(wrong).startsWith(kind + ": "));
    assertThat(checker.apply(parse(history.replace(bad, good)))).matches(Judgement::isClean);
  }
}
