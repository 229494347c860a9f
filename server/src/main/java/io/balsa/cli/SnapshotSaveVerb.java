package io.balsa.cli;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.snapshot.SavedSnapshot;
import io.balsa.storage.snapshot.BackupFile;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code balsa snapshot save F}: into a file of its own beside F, made durable and read back; only what was found whole gets the
 * name F. The other name is gone when the program ends, unless it was killed.
 */
@Command(name = "save", description = {
    "Saves the whole store to a file while the cluster serves; all that was acknowledged before is in it.",
    "The file is verified after it was written, and never replaces another."})
final class SnapshotSaveVerb implements Callable<Integer> {
  private static final int ATTEMPTS = 3;

  private final Console console;

  @Mixin
  private final EndpointOptions endpoints = new EndpointOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Parameters(paramLabel = "F", description = "The file.")
  private Path file = Path.of("");

  SnapshotSaveVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path whole = file.toAbsolutePath();
    refuseExisting(whole);
    if (!Files.isDirectory(whole.resolveSibling(""))) {
      throw VerbFailure.refused("there is no folder " + whole.resolveSibling("") + "; make it first");
    }
    // Nobody else writes there: what was verified is what gets the name.
    Path part = whole.resolveSibling(whole.getFileName() + ".part-" + UUID.randomUUID());
    Thread cleaning = new Thread(() -> delete(part), "balsa-snapshot-cleanup");
    Runtime.getRuntime().addShutdownHook(cleaning);
    try (BalsaClient client = endpoints.client().build()) {
      SavedSnapshot saved = download(client, part);
      BackupFile verified = BackupFile.verify(part);
      name(part, whole);
      tell(whole, saved, verified);
      return ExitStatus.DONE;
    } finally {
      delete(part);
      Runtime.getRuntime().removeShutdownHook(cleaning);
    }
  }

  private static void refuseExisting(Path whole) {
    if (Files.exists(whole)) {
      throw VerbFailure.refused(whole + " exists; a backup replaces nothing: choose another name, or delete it first");
    }
  }

  /** A node that ends while it sends is no reason to give up: there are others, which may send another snapshot. */
  private SavedSnapshot download(BalsaClient client, Path part) throws IOException {
    for (int attempt = 1;; attempt++) {
      try (FileOutputStream out = new FileOutputStream(part.toFile());
          OutputStream buffered = new BufferedOutputStream(out, 1 << 16)) {
        SavedSnapshot saved = client.snapshots().save(buffered, this::progress);
        buffered.flush();
        out.getFD().sync();
        return saved;
      } catch (BalsaException e) {
        if (attempt == ATTEMPTS || e.code() != ErrorCode.UNAVAILABLE) {
          throw e;
        }
      } finally {
        clearProgress();
      }
    }
  }

  private void progress(long bytes, long total) {
    if (console.errIsTerminal()) {
      console.noteInPlace("\r" + Numbers.grouped(bytes >> 10)
          + (total == 0 ? "" : " of " + Numbers.grouped(total >> 10)) + " KiB\033[K");
    }
  }

  private void clearProgress() {
    if (console.errIsTerminal()) {
      console.noteInPlace("\r\033[K");
    }
  }

  /** Durable, and never in place of another file. */
  private static void name(Path part, Path whole) throws IOException {
    try {
      Files.createLink(whole, part);
    } catch (FileAlreadyExistsException e) {
      refuseExisting(whole);
    } catch (UnsupportedOperationException | FileSystemException e) { // no second names on this file system
      refuseExisting(whole);
      Files.move(part, whole);
    }
    try (FileChannel folder = FileChannel.open(whole.resolveSibling(""), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static void delete(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tell(Path whole, SavedSnapshot saved, BackupFile verified) {
    if (output.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeStringField("file", whole.toString());
        json.writeStringField("member", saved.memberId());
        SnapshotStatusVerb.fields(json, verified);
        json.writeEndObject();
      });
    } else {
      console.println("saved and verified " + whole + ": revision " + verified.header().revision() + ", "
          + Numbers.grouped(verified.bytes()) + " bytes, from " + saved.memberId());
    }
  }
}
