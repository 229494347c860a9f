package io.balsa.server.join;

import io.balsa.proto.internal.v1.NotJoined;
import io.balsa.raft.log.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks one seat after the other until the leader has answered, the one that led last first. One thread.
 *
 * @param <A> an answer
 */
final class LeaderSearch<A> {
  /** Hints may lead in a circle while an election is under way. */
  private static final int QUESTIONS_MAX = 32;

  /** What a round came to. */
  sealed interface Outcome<A> {
    /** It is done. */
    record Done<A>(A answer) implements Outcome<A> {
    }

    /** Not now: ask again. */
    record NotYet<A>(@Nullable NotJoined leaderSays, List<String> reasons) implements Outcome<A> {
    }

    /** Never, as things stand: the message says why and what to do. */
    record Never<A>(String message) implements Outcome<A> {
    }
  }

  private final Function<Seat, CompletableFuture<A>> question;
  private final Function<A, @Nullable NotJoined> refusal;
  private final CountDownLatch stop;
  private @Nullable Seat ledLast;

  /**
   * @param refusal why an answer is none; null: it is one
   * @param stop    nobody is asked any more
   */
  LeaderSearch(Function<Seat, CompletableFuture<A>> question, Function<A, @Nullable NotJoined> refusal,
      CountDownLatch stop) {
    this.question = question;
    this.refusal = refusal;
    this.stop = stop;
  }

  Outcome<A> round(List<Seat> seats) throws InterruptedException {
    Deque<Seat> next = new ArrayDeque<>(seats);
    Seat hint = ledLast;
    if (hint != null) {
      next.addFirst(hint);
    }
    ledLast = null;
    Set<String> asked = new TreeSet<>();
    List<String> reasons = new ArrayList<>();
    while (!next.isEmpty() && asked.size() < QUESTIONS_MAX && stop.getCount() > 0) {
      Seat seat = next.removeFirst();
      if (!asked.add(seat.address())) {
        continue;
      }
      A answer;
      try {
        answer = question.apply(seat).get();
      } catch (ExecutionException e) {
        reasons.add((seat.id() == null ? "" : seat.id() + " at ") + seat.address() + " is not reached: "
            + message(e.getCause()));
        continue;
      }
      NotJoined not = refusal.apply(answer);
      if (not == null) {
        ledLast = seat;
        return new Outcome.Done<>(answer);
      }
      switch (not.getReason()) {
        case JoinCodec.NOT_LEADER -> {
          reasons.add(seat.address() + ": " + not.getMessage());
          if (!not.getLeaderAddress().isEmpty()) {
            next.addFirst(new Seat(new NodeId(not.getLeaderId()), not.getLeaderAddress()));
          }
        }
        case JoinCodec.NO_LEADER, JoinCodec.NOT_FORMED -> reasons.add(seat.address() + ": " + not.getMessage());
        case JoinCodec.NOT_ADDED, JoinCodec.WAIT -> {
          ledLast = seat;
          return new Outcome.NotYet<>(not, List.of(not.getMessage()));
        }
        default -> {
          return new Outcome.Never<>(not.getMessage());
        }
      }
    }
    return new Outcome.NotYet<>(null, reasons);
  }

  private static String message(@Nullable Throwable cause) {
    Throwable inner = cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
    return inner == null ? "no answer" : String.valueOf(inner.getMessage());
  }
}
