package io.balsa.cli;

import io.balsa.cli.txn.ScriptParser;
import io.balsa.cli.txn.TxnScript;
import io.balsa.client.kv.Txn;
import io.balsa.client.kv.TxnResult;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code balsa txn}. */
@Command(name = "txn", description = {
    "Reads a script from standard input and carries it out in one step, at one revision, or not at all.",
    "Ends with 1 when a guard did not hold; what stands behind 'else' is done then."},
    footerHeading = "%nThe script:%n",
    footer = {"  # all guards must hold; = != < >; --prefix: for every key that begins so", //
        "  value K = V      version|create|mod|lease K > N      exists K      missing K",
        "  unchanged K R    (not put or deleted after revision R)      held LOCK TOKEN", //
        "  then", //
        "  put K V [--lease=ID]      del K [--prefix]      incr K [N] [--initial=N] [--max=N]",
        "  get K      range PREFIX [--limit=N] [--keys-only] [--reverse]", //
        "  else", //
        "  ...", "",
        "Keys and values with blanks, or that begin with # or --, stand in double quotes; \\n \\t \\r \\\" \\\\ "
            + "\\xHH are known in there.",
        "", "Like: printf 'missing job\\nthen\\nput job mine\\nelse\\nget job\\n' | balsa txn"})
final class TxnVerb implements Callable<Integer> {
  /** Far more than a request may have. */
  private static final int SCRIPT_BYTES_MOST = 8 << 20;

  private final Console console;

  @Mixin
  private final KvOptions kv = new KvOptions();

  @Mixin
  private final FenceOption fence = new FenceOption();

  TxnVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (Console.inIsTerminal()) {
      console.note("the script, please; Ctrl-D ends it ('balsa txn --help' shows how it is written)");
    }
    byte[] text = System.in.readNBytes(SCRIPT_BYTES_MOST + 1);
    if (text.length > SCRIPT_BYTES_MOST) {
      throw VerbFailure.refused("the script has more than " + Numbers.grouped(SCRIPT_BYTES_MOST)
          + " bytes; a request is at most 1.5 MiB: split it");
    }
    TxnScript script = ScriptParser.parse(text, kv.hex());
    TxnResult result = kv.call(store -> {
      Txn txn = store.txn().when(TxnWords.guards(script.guards())).then(TxnWords.operations(script.thenOps()))
          .otherwise(TxnWords.operations(script.elseOps()));
      return fence.map((lock, token) -> txn.fencedBy(lock, token)).orElse(txn).commit();
    });
    TxnTexts texts = new TxnTexts(result, result.succeeded() ? script.thenOps() : script.elseOps(), kv.hex());
    if (kv.json()) {
      Json.document(console, texts::write);
    } else {
      texts.lines().forEach(console::println);
    }
    if (!result.succeeded()) {
      console.flush();
      List<?> done = script.elseOps();
      throw VerbFailure.refused(done.isEmpty()
          ? "a guard did not hold; nothing was done"
          : "a guard did not hold; what stands behind 'else' was done");
    }
    return ExitStatus.DONE;
  }
}
