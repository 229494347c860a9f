package io.balsa.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.balsa.server.SnapshotFiles;
import io.balsa.storage.snapshot.BackupFile;
import io.balsa.storage.snapshot.BackupHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code balsa snapshot status F}. */
@Command(name = "status", description = "Verifies every byte of a backup and tells what is in it. Needs no cluster.")
final class SnapshotStatusVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Parameters(paramLabel = "F", description = "The file.")
  private Path file = Path.of("");

  SnapshotStatusVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    checkFile(file);
    BackupFile verified = SnapshotFiles.status(file);
    if (output.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeStringField("file", file.toString());
        fields(json, verified);
        json.writeEndObject();
      });
    } else {
      lines(verified).lines("").forEach(console::println);
    }
    return ExitStatus.DONE;
  }

  /** Whether there is a file at all. */
  static void checkFile(Path file) {
    if (Files.isDirectory(file)) {
      throw VerbFailure.refused("'" + file + "' is a folder, not a backup");
    }
    if (!Files.exists(file)) {
      throw VerbFailure.refused("there is no file " + file);
    }
  }

  private Table lines(BackupFile verified) {
    BackupHeader header = verified.header();
    return new Table("file", file + ", whole: every checksum is right")
        .row("cluster", HexFormat.of().toHexDigits(header.clusterId()))
        .row("revision", Long.toString(header.revision()))
        .row("log entry", header.snapshot().lastIncluded().index() + " of term "
            + header.snapshot().lastIncluded().term())
        .row("created", Instant.ofEpochMilli(header.createdMillis()) + " by version " + header.version())
        .row("bytes", Numbers.grouped(verified.bytes()) + " in " + verified.files() + " files")
        .row("digest", HexFormat.of().toHexDigits(verified.digest()));
  }

  /** What there is to say of a backup. */
  static void fields(JsonGenerator json, BackupFile verified) throws IOException {
    BackupHeader header = verified.header();
    json.writeStringField("clusterId", HexFormat.of().toHexDigits(header.clusterId()));
    json.writeNumberField("revision", header.revision());
    json.writeNumberField("index", header.snapshot().lastIncluded().index());
    json.writeNumberField("term", header.snapshot().lastIncluded().term());
    json.writeStringField("createdAt", Instant.ofEpochMilli(header.createdMillis()).toString());
    json.writeStringField("version", header.version());
    json.writeNumberField("bytes", verified.bytes());
    json.writeStringField("digest", HexFormat.of().toHexDigits(verified.digest()));
  }
}
