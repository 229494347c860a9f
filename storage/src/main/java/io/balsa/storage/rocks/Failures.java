package io.balsa.storage.rocks;

import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.StoreException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What RocksDB's failures are to whoever runs the node. */
final class Failures {
  private final Path directory;

  Failures(Path directory) {
    this.directory = directory;
  }

  StoreException failure(String doing, RocksDBException e) {
    Status status = e.getStatus();
    String detail = detail(e);
    if (status != null && status.getCode() == Status.Code.Corruption) {
      return corrupt(detail, e);
    }
    if (status != null && status.getSubCode() == Status.SubCode.NoSpace) {
      return new StoreException(
          doing + " failed, the disk of " + directory + " is full: free space and start the node again;"
              + " nothing acknowledged is lost (" + detail + ")",
          e);
    }
    return new StoreException(doing + " failed in " + directory + ": " + detail, e);
  }

  /** A failure to open what is there. */
  StoreException openFailure(RocksDBException e) {
    String detail = detail(e);
    if (detail.contains("LOCK")) {
      return new StoreException("the state in " + directory + " is in use by another process: " + detail, e);
    }
    if (detail.contains("Column families not opened")) {
      return new StoreException(
          "the state in " + directory + " was written by a newer version of this program, which is needed"
              + " to open it: " + detail,
          e);
    }
    if (detail.contains("No such file")) {
      return corrupt(detail, e);
    }
    return failure("opening the state", e);
  }

  StateCorruptException corrupt(String detail, Throwable cause) {
    return new StateCorruptException(corruptMessage(detail), cause);
  }

  StateCorruptException corrupt(String detail) {
    return new StateCorruptException(corruptMessage(detail));
  }

  private String corruptMessage(String detail) {
    return "state is corrupt; the files in " + directory
        + " do not hold what was written to them: stop this node, move that"
        + " directory aside and start again, which rebuilds the state from the node's own log; look at the disk first ("
        + detail + ")";
  }

  private static String detail(RocksDBException e) {
    String message = e.getMessage();
    if (message != null && !message.isBlank()) {
      return message;
    }
    Status status = e.getStatus();
    return status == null ? "no detail given" : String.valueOf(status.getCode());
  }
}
