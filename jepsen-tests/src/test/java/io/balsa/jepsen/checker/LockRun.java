package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Histories of a lock with a queue, as clients see them who pass it on: right, because one event comes after the other. */
final class LockRun {
  private static final int LONGEST = 20;

  private record Event(long at, Runnable what) {}

  private record Request(int client, long invoked, long sequence) {}

  private final Random random;
  private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingLong(Event::at));
  private final Deque<Request> queue = new ArrayDeque<>();
  private final List<Operation> history = new ArrayList<>();
  private final int passes;
  private long now;
  private long tokens;
  private long revision;
  private long sequences;
  private @Nullable Request holder;

  private LockRun(long seed, int passes) {
    this.random = new Random(seed);
    this.passes = passes;
  }

  static List<Operation> history(long seed, int clients, int passes) {
    LockRun run = new LockRun(seed, passes);
    for (int client = 0; client < clients; client++) {
      run.begin(client);
    }
    for (Event next = run.events.poll(); next != null; next = run.events.poll()) {
      run.now = next.at;
      next.what.run();
    }
    return run.history;
  }

  private void in(long most, Runnable what) {
    events.add(new Event(now + random.nextInt((int) most), what));
  }

  private void add(int client, String function, Object argument, @Nullable Object result, long invoked,
      @Nullable String error) {
    history.add(new Operation(client, "any", function, argument, result, invoked, now,
        error == null ? Completion.OK : Completion.FAILED, error));
  }

  private void begin(int client) {
    if (tokens >= passes) {
      return;
    }
    if (random.nextInt(2) == 0) {
      long invoked = now;
      in(LONGEST, () -> {
        Request holds = holder;
        List<Object> seen = List.of(holds == null ? List.of() : List.of(tokens),
            queue.stream().map(request -> List.of((long) request.client, request.sequence)).toList());
        in(LONGEST, () -> {
          add(client, "describe", List.of("l"), seen, invoked, null);
          in(LONGEST, () -> ask(client));
        });
      });
    } else {
      in(LONGEST, () -> ask(client));
    }
  }

  private void ask(int client) {
    Request request = new Request(client, now, ++sequences);
    in(LONGEST, () -> {
      queue.add(request);
      grant();
    });
  }

  private void grant() {
    Request next = holder == null ? queue.poll() : null;
    if (next != null) {
      holder = next;
      long token = ++tokens;
      in(LONGEST, () -> {
        add(next.client, "acquire", List.of("l"), List.of(token, (long) next.client, next.sequence), next.invoked,
            null);
        in(LONGEST, () -> use(next.client, token, random.nextInt(3)));
      });
    }
  }

  private void use(int client, long token, int writes) {
    if (writes == 0) {
      long asked = now;
      in(LONGEST, () -> release(client, token, random.nextInt(4) == 0 ? -1 : asked));
      return;
    }
    long invoked = now;
    in(LONGEST, () -> {
      long written = ++revision;
      in(LONGEST, () -> {
        add(client, "write", List.of("l", token), written, invoked, null);
        in(LONGEST, () -> use(client, token, writes - 1));
      });
    });
  }

  private void release(int client, long token, long heldUntil) {
    long invoked = now;
    in(LONGEST, () -> {
      holder = null;
      grant();
      in(LONGEST, () -> {
        add(client, "release", List.of("l", token, heldUntil), token, invoked, null);
        if (random.nextInt(3) == 0) {
          add(client, "write", List.of("l", token), null, now, "FENCED: released");
        }
        in(LONGEST, () -> begin(client));
      });
    });
  }
}
