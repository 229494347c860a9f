package io.balsa.server.grpc;

import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Consistency;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.SessionContext;
import io.balsa.raft.action.Role;
import io.balsa.raft.log.Bytes;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.state.Limits;
import io.balsa.storage.state.SessionView;
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

  /** Reads the state when its read index is applied. */
  interface Reading<T> {
    /**
     * On a reader.
     *
     * @return makes the answer, on the loop of the call
     */
    Function<Group, T> read(Group group) throws IOException, ReadRefused, CallRefused;

    /** The answer, if it can be made from what lies in memory; null: {@link #read} is to be asked. On the loop of the call. */
    default @Nullable T readIfCached(Group group) {
      return null;
    }
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

  /**
   * @param session  whose mutation it is; the default: nobody's
   * @param response from the group (for the header) and a result that is no error
   */
  <T> void mutate(@Nullable Error wrong, SessionContext session, Supplier<Bytes> command, StreamObserver<T> observer,
      BiFunction<Group, Result, T> response) {
    UnaryAnswer<T> answer = answer(observer);
    Group group = admit(wrong, answer);
    if (group == null) {
      return;
    }
    boolean room = session.getSessionId() == 0
        || hasRoom(group.reads().session(session.getSessionId()), session);
    if (room || group.consensus().status().role() != Role.LEADER) { // whoever follows sends the caller on
      Proposals.propose(group, command.get(), answer, response);
    } else {
      answer.fail(Errors.sessionFull(session.getSessionId()));
    }
  }

  /**
   * S4, as far as this node knows. A session has one unary mutation under way (S3); what is under way besides comes on top. Whoever
   * acknowledges everything before its mutation always has room.
   */
  private static boolean hasRoom(SessionView view, SessionContext session) {
    long next = view.lastSequence() + 1;
    if (session.getSequence() < next || session.getLowestAwaited() >= next) {
      return true;
    }
    long unacknowledged = next - Math.max(view.lowestAwaited(), session.getLowestAwaited());
    long stored = view.storedReplyBytes();
    return unacknowledged < Limits.SESSION_UNACKNOWLEDGED_MAX
        && (stored == 0 || stored + Limits.REPLY_BYTES_MAX <= Limits.SESSION_REPLY_BYTES_MAX);
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
        answer.okIfKnown(() -> reading.readIfCached(group), () -> group.onReader(() -> {
          try {
            Function<Group, T> response = reading.read(group);
            answer.ok(() -> response.apply(group));
          } catch (ReadRefused e) {
            answer.fail(Errors.refused(e));
          } catch (CallRefused e) {
            answer.fail(e.error);
          }
        }));
      }

      @Override
      public void refused(Error why) {
        answer.fail(why);
      }
    });
  }
}
