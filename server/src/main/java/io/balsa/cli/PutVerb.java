package io.balsa.cli;

import io.balsa.client.kv.PutOption;
import io.balsa.client.kv.PutResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa put K V}. */
@Command(name = "put", description = {"Sets a key to a value and prints the revision.",
    "Write -- before a key or value that begins with a dash."})
final class PutVerb implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";
  /** More than any cluster accepts, so that the cluster says what its limit is; far less than the memory. */
  private static final int VALUE_BYTES_READ_MOST = 4 << 20;

  private final Console console;

  @Mixin
  private final KvOptions kv = new KvOptions();

  @Option(names = "--lease", paramLabel = "ID", converter = LeaseId.class,
      description = "Hangs the key on this lease: it goes when that ends. Default: on none, also where it hung on one")
  private @Nullable Long lease;

  @Mixin
  private final FenceOption fence = new FenceOption();

  @Parameters(index = "0", paramLabel = "K", description = "The key.")
  private String key = "";

  @Parameters(index = "1", paramLabel = "V", description = "The value; - reads it from standard input, byte for byte.")
  private String value = "";

  PutVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    List<PutOption> options = new ArrayList<>();
    if (lease != null) {
      options.add(PutOption.lease(lease));
    }
    fence.map((lock, token) -> PutOption.fencedBy(lock, token)).ifPresent(options::add);
    byte[] bytes = kv.bytes(key);
    byte[] content = value.equals(STANDARD_INPUT) ? standardInput() : value.getBytes(StandardCharsets.UTF_8);
    PutResult done = kv.call(store -> store.put(bytes, content, options.toArray(PutOption[]::new)));
    if (kv.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeNumberField("revision", done.revision());
        json.writeEndObject();
      });
    } else {
      console.println("revision " + done.revision());
    }
    return ExitStatus.DONE;
  }

  private static byte[] standardInput() throws IOException {
    InputStream in = System.in;
    byte[] content = in.readNBytes(VALUE_BYTES_READ_MOST + 1);
    if (content.length > VALUE_BYTES_READ_MOST) {
      throw VerbFailure.refused("standard input has more than " + Numbers.grouped(VALUE_BYTES_READ_MOST)
          + " bytes; a value is at most 1 MiB: split it over several keys");
    }
    return content;
  }
}
