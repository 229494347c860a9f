package io.balsa.cli;

import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.RangeOption;
import io.balsa.client.kv.RangeResult;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa range PREFIX}: rows are printed while they come, so a range of any size passes through. */
@Command(name = "range", description = {
    "Prints every key that begins with PREFIX, a tab and its value, as of one revision.",
    "Control characters, backslashes and bytes that are no text are escaped; --hex and -o json keep every byte."})
final class RangeVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final KvOptions kv = new KvOptions();

  @Mixin
  private final ReadOptions read = new ReadOptions();

  @Option(names = "--revision", paramLabel = "R", defaultValue = "0", description = "As it was at this revision.")
  private long revision;

  @Option(names = "--limit", paramLabel = "N", defaultValue = "0", description = "At most this many rows.")
  private long limit;

  @Option(names = "--keys-only", description = "Leaves the values out.")
  private boolean keysOnly;

  @Option(names = "--count", description = "Prints only how many keys there are.")
  private boolean count;

  @Option(names = "--reverse", description = "From the last key to the first.")
  private boolean reverse;

  @Parameters(arity = "0..1", paramLabel = "PREFIX", defaultValue = "", description = "Left out: every key.")
  private String prefix = "";

  RangeVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (limit < 0) {
      throw VerbFailure.usage("--limit takes a number from 1 on, not " + limit);
    }
    if (count && (limit > 0 || keysOnly || reverse)) {
      throw VerbFailure
          .usage("--count counts all and prints no rows: --limit, --keys-only and --reverse go without it");
    }
    KeyRange keys = KeyRange.prefix(kv.bytes(prefix));
    List<RangeOption> options = read.range(ReadOptions.revision(revision));
    if (count) {
      count(kv.call(store -> store.count(keys, options.toArray(RangeOption[]::new))));
      return ExitStatus.DONE;
    }
    if (limit > 0) {
      options.add(RangeOption.limit(limit));
    }
    if (keysOnly) {
      options.add(RangeOption.keysOnly());
    }
    if (reverse) {
      options.add(RangeOption.descending());
    }
    return kv.call(store -> rows(store, keys, options.toArray(RangeOption[]::new)));
  }

  private void count(long keys) {
    if (kv.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeNumberField("count", keys);
        json.writeEndObject();
      });
    } else {
      console.println(Long.toString(keys));
    }
  }

  private int rows(Kv store, KeyRange keys, RangeOption... options) {
    RangeResult rows = store.range(keys, options);
    if (kv.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeNumberField("revision", rows.revision());
        json.writeArrayFieldStart("keyValues");
        for (KeyValue row : rows) {
          GetVerb.write(json, row, kv.hex());
        }
        json.writeEndArray();
        json.writeEndObject();
      });
      return ExitStatus.DONE;
    }
    for (KeyValue row : rows) {
      String key = Text.line(row.key(), kv.hex());
      console.println(keysOnly ? key : key + "\t" + Text.line(row.value(), kv.hex()));
    }
    return ExitStatus.DONE;
  }
}
