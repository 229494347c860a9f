package io.balsa.storage.snapshot;

import java.io.IOException;

/** A file is no backup, or does not hold what was written to it. Nothing of it is used. */
public final class BackupDamagedException extends IOException {
  private static final long serialVersionUID = 1;

  public BackupDamagedException(String message) {
    super(message);
  }
}
