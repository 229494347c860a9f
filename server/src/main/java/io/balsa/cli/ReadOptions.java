package io.balsa.cli;

import io.balsa.client.kv.GetOption;
import io.balsa.client.kv.RangeOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a verb reads. */
final class ReadOptions {
  private static final String STALE = "stale:";

  @Option(names = "--consistency", paramLabel = "C", defaultValue = "linearizable",
      description = "linearizable (the default), or stale:TIME: no older than this, like stale:500ms")
  private String consistency = "linearizable";

  /** The age that will do; null: linearizable. */
  @Nullable
  Duration staleFor() {
    if (consistency.equals("linearizable")) {
      return null;
    }
    if (!consistency.startsWith(STALE)) {
      throw VerbFailure
          .usage("'" + consistency + "' is no consistency: --consistency takes linearizable or stale:TIME");
    }
    return new Durations().convert(consistency.substring(STALE.length()));
  }

  /** @param revision 0: the newest */
  GetOption[] get(long revision) {
    List<GetOption> options = new ArrayList<>();
    Duration stale = staleFor();
    if (stale != null) {
      options.add(GetOption.stale(stale));
    }
    if (revision != 0) {
      options.add(GetOption.atRevision(revision));
    }
    return options.toArray(GetOption[]::new);
  }

  /** @param revision 0: the newest */
  List<RangeOption> range(long revision) {
    List<RangeOption> options = new ArrayList<>();
    Duration stale = staleFor();
    if (stale != null) {
      options.add(RangeOption.stale(stale));
    }
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
