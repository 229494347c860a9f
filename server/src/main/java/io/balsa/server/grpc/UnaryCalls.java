package io.balsa.server.grpc;

import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Consistency;
import io.balsa.proto.v1.Error;
import io.balsa.raft.log.Bytes;
import io.balsa.storage.mvcc.ReadRefused;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way of a unary call through a service: a mutation by {@link Consensus#propose}, a read by {@link FreshReads}. */
final class UnaryCalls {
  private final Serving serving;
  private final Supplier<Loop> loops;

  UnaryCalls(Serving serving, Supplier<Loop> loops) {
    this.serving = serving;
    this.loops = loops;
  }

  /** Reads the state when its read index is applied. On a reader. */
  interface Reading<T> {
    /** @return makes the answer, on the loop of the call */
    Function<Group, T> read(Group group) throws IOException, ReadRefused, CallRefused;
  }

  /** A read that is answered with an error. */
  static final class CallRefused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Error error;

    CallRefused(Error error) {
      super(error.getMessage());
      this.error = error;
    }
  }

  <T> UnaryAnswer<T> answer(StreamObserver<T> observer) {
    return new UnaryAnswer<>(observer, loops.get());
  }

  /**
   * @param wrong what is wrong with the request; null: nothing
   * @return null: it is answered already
   */
  @Nullable
  Group admit(@Nullable Error wrong, UnaryAnswer<?> answer) {
    Group group = serving.group();
    if (wrong != null) {
      answer.fail(wrong);
      return null;
    }
    if (group == null) {
      answer.fail(serving.notFormed());
    }
    return group;
  }

  /** @param response from the group (for the header) and a result that is no error */
  <T> void mutate(@Nullable Error wrong, Supplier<Bytes> command, StreamObserver<T> observer,
      BiFunction<Group, Result, T> response) {
    UnaryAnswer<T> answer = answer(observer);
    Group group = admit(wrong, answer);
    if (group != null) {
      Proposals.propose(group, command.get(), answer, response);
    }
  }

  /** A linearizable read (C3). */
  <T> void read(@Nullable Error wrong, StreamObserver<T> observer, Reading<T> reading) {
    read(wrong, Consistency.getDefaultInstance(), 0, observer, reading);
  }

  /**
   * A read of any node, as fresh as its caller asks (C3, R1).
   *
   * @param revision to be read at; 0: the newest
   */
  <T> void read(@Nullable Error wrong, Consistency consistency, long revision, StreamObserver<T> observer,
      Reading<T> reading) {
    UnaryAnswer<T> answer = answer(observer);
    Group group = admit(wrong, answer);
    if (group == null) {
      return;
    }
    group.fresh().read(consistency, revision, new FreshReads.Outcome() {
      @Override
      public void ready() {
        group.onReader(() -> {
          try {
            Function<Group, T> response = reading.read(group);
            answer.ok(() -> response.apply(group));
          } catch (ReadRefused e) {
            answer.fail(Errors.refused(e));
          } catch (CallRefused e) {
            answer.fail(e.error);
          }
        });
      }

      @Override
      public void refused(Error why) {
        answer.fail(why);
      }
    });
  }
}
