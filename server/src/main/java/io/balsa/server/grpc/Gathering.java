package io.balsa.server.grpc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a stage of the node gives to event loops during one poll: handed over at its end, all of one loop as one task. A batch of
 * entries, or of reads, answers many calls of few connections. Given one by one, the first would wake its loop, which would write that
 * answer to the network before it has the second; so each connection gets its answers in one write.
 *
 * <p>Tasks of one thread for one loop keep their order. Nothing waits longer than until the end of the poll that made it.
 */
public final class Gathering {
  private static final Logger log = LoggerFactory.getLogger(Gathering.class);
  private static final ThreadLocal<@Nullable Gathering> OF_THREAD = new ThreadLocal<>();

  private final Map<Executor, List<Runnable>> byLoop = new HashMap<>();

  private Gathering() {
  }

  /** What this thread gives to loops is gathered from now on; it calls {@link #handOver} again and again. */
  public static void begin() {
    OF_THREAD.set(new Gathering());
  }

  /** Has the loop run the task: at once, or when this thread hands over. */
  static void execute(Executor loop, Runnable task) {
    Gathering gathering = OF_THREAD.get();
    if (gathering == null) {
      loop.execute(task);
    } else {
      gathering.byLoop.computeIfAbsent(loop, first -> new ArrayList<>()).add(task);
    }
  }

  /** Gives the loops what this thread has gathered for them. */
  public static void handOver() {
    Gathering gathering = OF_THREAD.get();
    if (gathering != null && !gathering.byLoop.isEmpty()) {
      gathering.byLoop.forEach((loop, tasks) -> loop.execute(tasks.size() == 1 ? tasks.get(0) : () -> run(tasks)));
      gathering.byLoop.clear();
    }
  }

  /** As a loop does with tasks of its own: one that fails does not take the others with it. */
  private static void run(List<Runnable> tasks) {
    for (Runnable task : tasks) {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error("a task of a connection failed", e);
      }
    }
  }
}
