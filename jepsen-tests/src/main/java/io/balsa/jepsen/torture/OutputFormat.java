package io.balsa.jepsen.torture;

/** How results are written to standard output. */
enum OutputFormat {
  TEXT,
  JSON
}
