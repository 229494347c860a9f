package io.balsa.server;

import io.balsa.raft.core.ForgetfulDiskException;
import io.balsa.raft.log.NodeId;
import io.balsa.server.identity.StartRefused;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a node that must not go on: a disk that failed, a broken promise of the core, any Throwable in a thread of its own.
 * Says why in one message on standard error and halts the process, without shutdown hooks: whatever they would still write
 * could be wrong. The first failure counts.
 */
public final class FailStop implements Thread.UncaughtExceptionHandler {
  public static final int EXIT_STATUS = 1;
  private static final Logger log = LoggerFactory.getLogger(FailStop.class);

  private final PrintStream err;
  private final IntConsumer halt;
  private final AtomicBoolean failed = new AtomicBoolean();
  private volatile LastAct lastAct = cause -> {
  };

  /** What is still to be done before the end. */
  public interface LastAct {
    void run(Throwable cause) throws IOException, StartRefused;
  }

  /** @param halt ends the process with this status; tests give something gentler */
  public FailStop(PrintStream err, IntConsumer halt) {
    this.err = err;
    this.halt = halt;
  }

  /** What a process uses. */
  public static FailStop ofProcess() {
    return new FailStop(System.err, Runtime.getRuntime()::halt);
  }

  /** Done once, before the process ends, with the failure that ends it. It must not wait for threads of this process. */
  public void beforeEnd(LastAct act) {
    lastAct = act;
  }

  /** Does not return, in a process. */
  public void fatal(NodeId node, String stage, Throwable cause) {
    if (!failed.compareAndSet(false, true)) {
      return;
    }
    try {
      Throwable root = root(cause);
      boolean speaks = root.getMessage() != null
          && (root instanceof IOException || root instanceof StartRefused || root instanceof ForgetfulDiskException);
      if (!speaks) {
        // Not a fault of disk or operator but a defect: whoever mends it needs to know where.
        log.error("{} failed", stage, cause);
      }
      err.println("balsa: node " + node + " stops: " + (speaks ? root.getMessage() : root) + " (in " + stage + ")");
      err.flush();
      lastAct.run(cause);
    } catch (IOException | StartRefused e) {
      err.println("balsa: node " + node + " could not even leave a note: " + e.getMessage());
      err.flush();
    } finally {
      halt.accept(EXIT_STATUS);
    }
  }

  /** The end of a node that has stopped in order, and must not be started again as it is. Why was said before. */
  void end() {
    halt.accept(EXIT_STATUS);
  }

  @Override
  public void uncaughtException(Thread thread, Throwable cause) {
    fatal(new NodeId("-"), thread.getName(), cause);
  }

  /** Threads whose uncaught exceptions end the process; daemons, because the server ends them itself. */
  ThreadFactory threads(NodeId node, String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, node + "-" + name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      thread.setUncaughtExceptionHandler((t, e) -> fatal(node, t.getName(), e));
      return thread;
    };
  }

  /** Without the wrappers that add nothing. */
  private static Throwable root(Throwable cause) {
    Throwable root = cause;
    for (Throwable inner = root.getCause(); inner != null; inner = root.getCause()) {
      String message = root.getMessage();
      if (message != null && !message.equals(inner.toString())) {
        break; // it says more than what it wraps
      }
      root = inner;
    }
    return root;
  }
}
