package io.balsa.cli;

import java.io.OutputStream;

/** A console for tests of other packages. */
public final class TestConsole {
  private TestConsole() {}

  /** One that drops everything. */
  public static Console silent() {
    return new Console(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), false, false);
  }

  /** A terminal that shows what is noted. */
  public static Console terminal(OutputStream notes) {
    return new Console(OutputStream.nullOutputStream(), notes, true, true);
  }
}
