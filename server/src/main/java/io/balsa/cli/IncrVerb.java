package io.balsa.cli;

import io.balsa.client.kv.IncrOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa incr K [N]}. */
@Command(name = "incr",
    description = "Adds N to the number that a key holds and prints the sum; a missing key counts as 0.")
final class IncrVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final KvOptions kv = new KvOptions();

  @Option(names = "--initial", paramLabel = "N", description = "What a missing key counts as.")
  private @Nullable Long initial;

  @Option(names = "--max", paramLabel = "N",
      description = "Refused, with nothing changed, when the sum would be above this.")
  private @Nullable Long max;

  @Parameters(index = "0", paramLabel = "K", description = "The key.")
  private String key = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "N", defaultValue = "1",
      description = "May be negative. Default: 1")
  private long delta = 1;

  IncrVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<IncrOption> options = new ArrayList<>();
    if (initial != null) {
      options.add(IncrOption.initial(initial));
    }
    if (max != null) {
      options.add(IncrOption.max(max));
    }
    byte[] bytes = kv.bytes(key);
    long sum = kv.call(store -> store.incr(bytes, delta, options.toArray(IncrOption[]::new)));
    if (kv.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeNumberField("value", sum);
        json.writeEndObject();
      });
    } else {
      console.println(Long.toString(sum));
    }
    return ExitStatus.DONE;
  }
}
