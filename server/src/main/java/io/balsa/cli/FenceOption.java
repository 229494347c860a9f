package io.balsa.cli;

import java.util.function.BiFunction;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --fence NAME:TOKEN}. */
final class FenceOption {
  @Option(names = "--fence", paramLabel = "NAME:TOKEN",
      description = "Refused, with nothing changed, unless this lock is held now with exactly this token.")
  private @Nullable String fence;

  /** What the verb makes of a fence that was given. */
  <T> Optional<T> map(BiFunction<String, Long, T> fenced) {
    if (fence == null) {
      return Optional.empty();
    }
    int colon = fence.lastIndexOf(':');
    String token = fence.substring(colon + 1);
    if (colon <= 0 || !token.matches("[0-9]{1,19}")) {
      throw wrong();
    }
    try {
      return Optional.of(fenced.apply(fence.substring(0, colon), Long.parseLong(token)));
    } catch (NumberFormatException e) { // above the highest number
      throw wrong();
    }
  }

  private VerbFailure wrong() {
    return VerbFailure.usage("'" + fence + "' is no fence: --fence takes the name of a lock, a colon and a token, like "
        + "reports:42");
  }
}
