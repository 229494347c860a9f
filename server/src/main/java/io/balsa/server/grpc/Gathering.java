package io.balsa.server.grpc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a stage of the node gives to event loops during one poll: handed over at its end, all of one loop at once. A batch of
 * entries, or of reads, answers many calls of few connections. Given one by one, the first would wake its loop, which would write that
 * answer to the network before it has the second; so each connection gets its answers in one write.
 *
 * <p>Tasks of one thread for one loop keep their order, and are run by the loop one by one as any others. Nothing waits longer than until the end of the poll that made it.
 */
public final class Gathering {
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
      // The loop queues them all before it runs the first: what that one writes is flushed by a task behind the others.
      gathering.byLoop.forEach((loop, tasks) -> loop.execute(() -> tasks.forEach(loop::execute)));
      gathering.byLoop.clear();
    }
  }
}
