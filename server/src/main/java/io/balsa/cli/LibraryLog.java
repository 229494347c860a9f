package io.balsa.cli;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What libraries tell java.util.logging goes the way of this program's own logs, each in one line: gRPC prints the stack trace of a
 * connection that was closed while something was being written.
 */
final class LibraryLog extends Handler {
  private final SimpleFormatter formatter = new SimpleFormatter();

  /** In place of the handlers that are there. */
  static void install() {
    java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new LibraryLog());
  }

  @Override
  public void publish(LogRecord told) {
    Logger log = LoggerFactory.getLogger(told.getLoggerName() == null ? "java.util.logging" : told.getLoggerName());
    Throwable thrown = told.getThrown();
    String line = formatter.formatMessage(told) + (thrown == null ? "" : ": " + thrown);
    if (told.getLevel().intValue() >= Level.SEVERE.intValue()) {
      log.error("{}", line);
    } else if (told.getLevel().intValue() >= Level.WARNING.intValue()) {
      log.warn("{}", line);
    } else {
      log.debug("{}", line);
    }
    if (thrown != null) {
      log.debug("its stack", thrown);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
