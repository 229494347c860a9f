package io.balsa.cli;

import io.balsa.server.SnapshotFiles;
import io.balsa.server.identity.StartRefused;
import io.balsa.storage.snapshot.BackupFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa snapshot restore F --data D}. */
@Command(name = "restore", description = {
    "Makes the data directory of a node of a new cluster from a backup: the same file for every node, before its first start.",
    "The new cluster has an id of its own; revisions and tokens go on far above the old ones; sessions, leases, locks and the "
        + "keys of leases are not in it."})
final class SnapshotRestoreVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(names = "--data", paramLabel = "D", required = true, description = "The data directory; new, or empty.")
  private Path data = Path.of("");

  @Parameters(paramLabel = "F", description = "The file.")
  private Path file = Path.of("");

  SnapshotRestoreVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, StartRefused {
    SnapshotStatusVerb.checkFile(file);
    BackupFile restored = SnapshotFiles.restore(file, data);
    if (output.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeStringField("file", file.toString());
        json.writeStringField("data", data.toString());
        SnapshotStatusVerb.fields(json, restored);
        json.writeEndObject();
      });
    } else {
      console.println("restored " + file + " (revision " + restored.header().revision() + ", digest "
          + HexFormat.of().toHexDigits(restored.digest()) + ") into " + data
          + "; do the same for every node of the new cluster, then start them");
    }
    return ExitStatus.DONE;
  }
}
