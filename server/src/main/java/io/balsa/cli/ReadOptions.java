package io.balsa.cli;

import io.balsa.client.kv.Consistency;
import io.balsa.client.kv.GetOption;
import io.balsa.client.kv.RangeOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a verb reads. */
final class ReadOptions {
  private static final String STALE = "stale=";

  @Option(names = "--consistency", paramLabel = "C", defaultValue = "linearizable",
      description = "linearizable (the default), or stale=TIME: what was true no longer ago than this, like stale=2s")
  private String consistency = "linearizable";

  @Option(names = "--min-revision", paramLabel = "R", defaultValue = "0",
      description = "With stale=TIME: no state before this revision, which was seen elsewhere.")
  private long minRevision;

  /** As the flags say. */
  Consistency consistency() {
    if (minRevision < 0) {
      throw VerbFailure.usage("--min-revision takes a number from 1 on, not " + minRevision);
    }
    if (consistency.equals("linearizable")) {
      return Consistency.LINEARIZABLE;
    }
    if (!consistency.startsWith(STALE)) {
      throw VerbFailure
          .usage("'" + consistency + "' is no consistency: --consistency takes linearizable or stale=TIME");
    }
    return Consistency.stale(age(consistency.substring(STALE.length()))).minRevision(minRevision);
  }

  private static Duration age(String text) {
    try {
      return new Durations().convert(text);
    } catch (TypeConversionException e) {
      throw VerbFailure.usage("--consistency stale=" + text + ": " + e.getMessage());
    }
  }

  /** @param revision 0: the newest */
  GetOption[] get(long revision) {
    List<GetOption> options = new ArrayList<>(List.of(GetOption.consistency(consistency())));
    if (revision != 0) {
      options.add(GetOption.atRevision(revision));
    }
    return options.toArray(GetOption[]::new);
  }

  /** @param revision 0: the newest */
  List<RangeOption> range(long revision) {
    List<RangeOption> options = new ArrayList<>(List.of(RangeOption.consistency(consistency())));
    if (revision != 0) {
      options.add(RangeOption.atRevision(revision));
    }
    return options;
  }

  /** A revision as a flag gives it. */
  static long revision(long given) {
    if (given < 0) {
      throw VerbFailure.usage("--revision takes a number from 1 on, not " + given);
    }
    return given;
  }
}
