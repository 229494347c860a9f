package io.balsa.storage.kv;

import java.io.IOException;

/** The store failed: disk full, I/O error, corrupt files. Never a refusal of a command: whoever gets it stops the process. */
public class StoreException extends IOException {
  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
