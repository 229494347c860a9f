package io.balsa.cli;

import io.balsa.client.kv.DeleteOption;
import io.balsa.client.kv.DeleteResult;
import io.balsa.client.kv.KeyRange;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa del K}. */
@Command(name = "del", description = "Deletes a key and prints how many were deleted; ends with 1 when there was none.")
final class DelVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final KvOptions kv = new KvOptions();

  @Option(names = "--prefix", description = "Deletes every key that begins with K, in one revision.")
  private boolean prefix;

  @Mixin
  private final FenceOption fence = new FenceOption();

  @Parameters(paramLabel = "K", description = "The key.")
  private String key = "";

  DelVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    byte[] bytes = kv.bytes(key);
    if (prefix && bytes.length == 0) {
      throw VerbFailure.usage("an empty prefix would delete everything");
    }
    DeleteOption[] options = fence.map((lock, token) -> DeleteOption.fencedBy(lock, token)).stream()
        .toArray(DeleteOption[]::new);
    KeyRange keys = prefix ? KeyRange.prefix(bytes) : KeyRange.single(bytes);
    DeleteResult done = kv.call(store -> store.delete(keys, options));
    if (kv.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeNumberField("deleted", done.deleted());
        json.writeNumberField("revision", done.revision());
        json.writeEndObject();
      });
    } else {
      console.println(Long.toString(done.deleted()));
    }
    if (done.deleted() == 0) {
      console.flush();
      throw VerbFailure.refused("no key '" + Text.line(bytes, kv.hex()) + "'; nothing was changed");
    }
    return ExitStatus.DONE;
  }
}
