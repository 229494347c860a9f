package io.balsa.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.watch.Watch;
import io.balsa.client.watch.WatchEvent;
import io.balsa.client.watch.WatchListener;
import io.balsa.client.watch.WatchOption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa watch PREFIX}: until it is ended. */
@Command(name = "watch", description = {
    "Prints every change of the keys that begin with PREFIX until it is ended (Ctrl-C): revision, PUT or DELETE, key and value,",
    "with tabs between them; with -o json one document a line. It follows the cluster through failovers and misses nothing;",
    "what happens to the connection is said on standard error. Ends with 1 when what it has still to print was compacted."})
final class WatchVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final EndpointOptions endpoints = new EndpointOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(names = "--hex", description = "Keys, and the values that are printed, are hexadecimal.")
  private boolean hex;

  @Option(names = "--from", paramLabel = "R", defaultValue = "0",
      description = "From this revision on, past or still to come. Default: what happens from now on")
  private long from;

  @Option(names = "--key", description = "This one key instead of all that begin with it.")
  private boolean single;

  @Option(names = "--previous", description = "Each change with the version before.")
  private boolean previous;

  @Option(names = "--limit", paramLabel = "N", defaultValue = "0", description = "Ends after so many changes.")
  private long limit;

  @ArgGroup
  private Only only = new Only();

  /** One of both, or none. */
  private static final class Only {
    @Option(names = "--puts", description = "No deletes.")
    private boolean puts;

    @Option(names = "--deletes", description = "No puts.")
    private boolean deletes;
  }

  @Parameters(arity = "0..1", paramLabel = "PREFIX", defaultValue = "", description = "Left out: every key.")
  private String prefix = "";

  WatchVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (from < 0) {
      throw VerbFailure.usage("--from takes a revision, from 1 on, not " + from);
    }
    if (limit < 0) {
      throw VerbFailure.usage("--limit takes a number from 1 on, not " + limit);
    }
    byte[] bytes = Text.bytes(prefix, hex);
    if (single && bytes.length == 0) {
      throw VerbFailure.usage("--key needs the key to watch");
    }
    KeyRange range = single ? KeyRange.single(bytes) : KeyRange.prefix(bytes);
    try (BalsaClient client = endpoints.client().build()) {
      Printing printing = new Printing();
      try (Watch watch = client.watch(range, printing, options())) {
        console.flush();
        printing.done.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException failure ? failure : e;
      }
    }
    return ExitStatus.DONE;
  }

  private WatchOption[] options() {
    List<WatchOption> options = new ArrayList<>();
    if (from > 0) {
      options.add(WatchOption.from(from));
    }
    if (previous) {
      options.add(WatchOption.withPrevious());
    }
    if (only.puts) {
      options.add(WatchOption.putsOnly());
    }
    if (only.deletes) {
      options.add(WatchOption.deletesOnly());
    }
    return options.toArray(WatchOption[]::new);
  }

  /** On a thread of the client. */
  private final class Printing implements WatchListener {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    private long printed;

    @Override
    public void onEvents(List<WatchEvent> events) {
      try {
        for (WatchEvent event : events) {
          if (limit == 0 || printed < limit) {
            print(event);
            printed++;
          }
        }
        console.flush();
      } catch (Console.OutputFailure e) {
        done.completeExceptionally(e);
      }
      if (limit > 0 && printed == limit) {
        done.complete(null);
      }
    }

    private void print(WatchEvent event) {
      if (output.json()) {
        Json.document(console, json -> write(json, event));
        return;
      }
      String line = event.revision() + "\t" + event.type() + "\t" + Text.line(event.key(), hex);
      console.print(event.isDelete() ? line : line + "\t" + Text.line(event.keyValue().value(), hex));
      event.previous().ifPresent(before -> console.print("\twas " + Text.line(before.value(), hex)));
      console.println("");
    }

    @Override
    public void onDisconnected(String endpoint, String reason) {
      console.note("balsa: lost " + endpoint + " (" + Failures.oneLine(reason) + "); looking for another node");
    }

    @Override
    public void onResumed(String endpoint, long revision) {
      console.note("balsa: watching at " + endpoint + " from revision " + (revision + 1) + " on; nothing was missed");
    }

    @Override
    public void onEnd(BalsaException why) {
      done.completeExceptionally(why);
    }
  }

  private void write(JsonGenerator json, WatchEvent event) throws IOException {
    json.writeStartObject();
    json.writeNumberField("revision", event.revision());
    json.writeStringField("type", event.type().name());
    Json.bytes(json, "key", event.key(), hex);
    if (!event.isDelete()) {
      json.writeFieldName("keyValue");
      GetVerb.write(json, event.keyValue(), hex);
    }
    Optional<KeyValue> before = event.previous();
    if (before.isPresent()) {
      json.writeFieldName("previous");
      GetVerb.write(json, before.get(), hex);
    }
    json.writeEndObject();
  }
}
