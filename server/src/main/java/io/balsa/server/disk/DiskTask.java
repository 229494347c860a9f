package io.balsa.server.disk;

import io.balsa.storage.kv.StoreClosedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task that may touch the disk. */
public interface DiskTask {
  void run() throws IOException;

  /**
   * Runs it there. A disk that fails is the end of the process, like anything else that is thrown there; only a state that was closed
   * because the node stops is not: then the call ends with the server.
   */
  static void execute(Executor executor, DiskTask task) {
    executor.execute(() -> {
      try {
        task.run();
      } catch (StoreClosedException e) {
        log().debug("a read came too late: {}", e.getMessage());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  private static Logger log() {
    return LoggerFactory.getLogger(DiskTask.class);
  }
}
