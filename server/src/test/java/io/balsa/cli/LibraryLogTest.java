package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LibraryLogTest {
  @Test
  void aLibrarysStackTraceBecomesALine() {
    Logger log = (Logger) LoggerFactory.getLogger("library.of.somebody");
    log.setLevel(ch.qos.logback.classic.Level.INFO);
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.start();
    log.addAppender(told);
    for (Level level : new Level[]{Level.FINE, Level.INFO, Level.WARNING, Level.SEVERE}) {
      LogRecord happened = new LogRecord(level, "Stream {0}");
      happened.setLoggerName("library.of.somebody");
      happened.setParameters(new Object[]{"Error"});
      happened.setThrown(new IllegalStateException("closed"));
      new LibraryLog().publish(happened);
    }
    assertThat(told.list).extracting(event -> event.getLevel() + " " + event.getFormattedMessage()).containsExactly(
        "WARN Stream Error: java.lang.IllegalStateException: closed",
        "ERROR Stream Error: java.lang.IllegalStateException: closed");
    assertThat(told.list).allMatch(event -> event.getThrowableProxy() == null);
  }
}
