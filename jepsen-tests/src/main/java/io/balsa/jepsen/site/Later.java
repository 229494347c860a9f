package io.balsa.jepsen.site;

import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an event loop is to do later, and says when it fails: nobody waits for it. */
final class Later {
  private static final Logger LOG = LoggerFactory.getLogger(Later.class);

  private Later() {}

  /** It can be cancelled. */
  static Future<?> run(EventLoop loop, long nanos, Runnable task) {
    return loop.schedule(() -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("a proxy failed", e);
        throw e;
      }
    }, nanos, TimeUnit.NANOSECONDS);
  }
}
