package io.balsa.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Standard output and standard error. What a verb was asked for goes to {@code out}, as bytes, so that values pass
 * through untouched; whatever else there is to say goes to {@code err}. Text is UTF-8 whatever the locale is.
 *
 * <p>Both may be used by several threads.
 */
public final class Console {
  private final OutputStream out;
  private final PrintStream err;
  private final boolean outIsTerminal;
  private final boolean errIsTerminal;

  Console(OutputStream out, OutputStream err, boolean outIsTerminal, boolean errIsTerminal) {
    this.out = new BufferedOutputStream(out, 1 << 16);
    this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    this.outIsTerminal = outIsTerminal;
    this.errIsTerminal = errIsTerminal;
  }

  /** The streams of this process. */
  static Console standard() {
    return new Console(new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err),
        isTerminal(1), isTerminal(2));
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false; // no /proc: plain output is right everywhere
    }
  }

  /** Whether people are watching standard output. */
  public boolean outIsTerminal() {
    return outIsTerminal;
  }

  /** Whether people are watching standard error, so that a line may be drawn over. */
  public boolean errIsTerminal() {
    return errIsTerminal;
  }

  /** Whether standard input comes from people, whose Ctrl-C reaches every process in the foreground. */
  static boolean inIsTerminal() {
    return isTerminal(0);
  }

  /** The buffered standard output; {@link #flush} ends what was asked for. */
  public OutputStream out() {
    return out;
  }

  /** Writes bytes to standard output as they are. */
  public void write(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw new OutputFailure(e);
    }
  }

  /** Writes text to standard output. */
  public void print(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a line to standard output. */
  public void println(String line) {
    print(line + "\n");
  }

  /** Writes what is buffered; a verb has not done what it says before this returned. */
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new OutputFailure(e);
    }
  }

  /** Writes a line to standard error at once. */
  public void note(String line) {
    err.println(line);
  }

  /** Writes text to standard error at once, without ending the line. */
  public void noteInPlace(String text) {
    err.print(text);
    err.flush();
  }

  /** Standard output cannot be written: a full disk, or a reader that has gone. */
  static final class OutputFailure extends UncheckedIOException {
    private final String reason;

    OutputFailure(IOException cause) {
      super(cause);
      reason = String.valueOf(cause.getMessage());
    }

    String reason() {
      return reason;
    }
  }
}
