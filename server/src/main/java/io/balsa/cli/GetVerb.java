package io.balsa.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.balsa.client.kv.KeyValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa get K}. */
@Command(name = "get", description = "Prints the value of a key, byte for byte (on a terminal a line end follows).")
final class GetVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final KvOptions kv = new KvOptions();

  @Mixin
  private final ReadOptions read = new ReadOptions();

  @Option(names = "--revision", paramLabel = "R", defaultValue = "0", description = "As it was at this revision.")
  private long revision;

  @Parameters(paramLabel = "K", description = "The key.")
  private String key = "";

  GetVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    byte[] bytes = kv.bytes(key);
    KeyValue found = kv.call(store -> store.get(bytes, read.get(ReadOptions.revision(revision))))
        .orElseThrow(() -> VerbFailure.refused("no key '" + Text.line(bytes, kv.hex()) + "'"));
    if (kv.json()) {
      Json.document(console, json -> write(json, found, kv.hex()));
    } else {
      console.write(
          kv.hex() ? HexFormat.of().formatHex(found.value()).getBytes(StandardCharsets.US_ASCII) : found.value());
      if (console.outIsTerminal()) {
        console.println("");
      }
    }
    return ExitStatus.DONE;
  }

  /** One key as a document. */
  static void write(JsonGenerator json, KeyValue found, boolean hex) throws IOException {
    json.writeStartObject();
    Json.bytes(json, "key", found.key(), hex);
    Json.bytes(json, "value", found.value(), hex);
    json.writeNumberField("createRevision", found.createRevision());
    json.writeNumberField("modRevision", found.modRevision());
    json.writeNumberField("version", found.version());
    json.writeNumberField("lease", found.lease());
    json.writeEndObject();
  }
}
