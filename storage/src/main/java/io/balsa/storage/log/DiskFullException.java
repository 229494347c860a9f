package io.balsa.storage.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The disk has no room left. The process stops with this reason; once there is room it can be started again, and
 * nothing that was acknowledged is missing (E3).
 */
public final class DiskFullException extends IOException {
  private static final long serialVersionUID = 1;

  /** @param where the directory or file that could not grow */
  public DiskFullException(String where, @Nullable Throwable cause) {
    super("disk full: no space left to write " + where
        + "; free some space and start the node again, nothing that was acknowledged is lost", cause);
  }
}
