package io.balsa.jepsen.torture;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What kept the suite itself from its work; never a verdict. */
final class HarnessFailure {
  private HarnessFailure() {}

  /** For whoever mends it: all of it, with what caused it. */
  static String text(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace, true));
    return trace.toString();
  }
}
