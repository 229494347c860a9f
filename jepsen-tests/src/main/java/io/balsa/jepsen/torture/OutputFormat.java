package io.balsa.jepsen.torture;

import java.util.Locale;

/** How results are written to standard output. */
enum OutputFormat {
  TEXT,
  JSON;

  /** As users write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
