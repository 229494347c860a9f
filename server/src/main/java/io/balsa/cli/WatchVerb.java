package io.balsa.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa watch}: says in one line that it is not there yet. */
@Command(name = "watch", hidden = true, description = "Not built yet.")
final class WatchVerb implements Callable<Integer> {
  @Mixin
  private final KvOptions kv = new KvOptions();

  @Option(names = "--from", paramLabel = "R", defaultValue = "0", description = "From this revision on.")
  private long from;

  @Parameters(arity = "0..1", paramLabel = "PREFIX", defaultValue = "", description = "What would be watched.")
  private String prefix = "";

  @Override
  public Integer call() {
    throw VerbFailure.refused("watch is not built yet; 'balsa range " + Text.line(kv.bytes(prefix), kv.hex())
        + "' shows what is there now" + (from == 0 ? "" : ", --revision " + from + " what was there then"));
  }
}
