package io.balsa.client.session;

import io.balsa.client.error.BalsaException;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way through a session. It is completed exactly once, on the client's thread. A mutation gets its sequence
 * when it is first put into a frame, which is after it was validated (S3); from then on it stays in the window until it is
 * answered, whatever its caller does.
 */
public abstract class Call {
  /** What a call is to the session that carries it. */
  public enum Kind {
    /** Numbered. One without a number goes to the next session when its own ends. */
    MUTATION,
    /**
     * Numbered, and about something that ends with the session: it goes to no other one. It frees what others wait for, so no
     * bound of this client holds it back.
     */
    OWN_MUTATION,
    /** Not numbered; asked again on every stream, and in the next session, until it is answered. */
    READ,
    /** A read that is answered when something has happened; asked again on every stream of its session, and ends with it. */
    WAIT
  }

  private final StreamRequest.Builder operation;
  private final Kind kind;
  private final int bytes;
  private final long deadline;
  private @Nullable StreamRequest request;
  private boolean completed;

  /**
   * @param operation
   *          the request with nothing but its operation; validated
   * @param mutation
   *          whether it is numbered; else it is a read
   * @param deadline
   *          on the clock that {@link SessionCore#tick} is given, nanoseconds
   */
  protected Call(StreamRequest.Builder operation, boolean mutation, long deadline) {
    this(operation, mutation ? Kind.MUTATION : Kind.READ, deadline);
  }

  /** As above, of any kind. */
  protected Call(StreamRequest.Builder operation, Kind kind, long deadline) {
    this.operation = operation;
    this.kind = kind;
    this.bytes = operation.buildPartial().getSerializedSize();
    this.deadline = deadline;
  }

  /** The answer came. */
  protected abstract void answered(StreamReply reply);

  /** There will be no answer. */
  protected abstract void failed(BalsaException error);

  /** Whether nobody waits for this call any more. Such a call is dropped if it has no number yet, else carried through. */
  protected abstract boolean cancelled();

  /** It got this number and is sent for the first time, in the session that its core is in (K2: before any answer). */
  protected void numberedAs(long sequence) {}

  final Kind kind() {
    return kind;
  }

  final boolean mutation() {
    return kind == Kind.MUTATION || kind == Kind.OWN_MUTATION;
  }

  /** Whether no other session can carry it. */
  final boolean endsWithSession() {
    return kind == Kind.OWN_MUTATION || kind == Kind.WAIT;
  }

  /** An estimate of what the call holds in memory and on the wire. */
  final int bytes() {
    return bytes;
  }

  final long deadline() {
    return deadline;
  }

  final boolean completed() {
    return completed;
  }

  /** Whether it was ever sent in the session that it is in now. */
  final boolean sent() {
    return request != null;
  }

  final StreamRequest numbered(long sequence) {
    StreamRequest built = operation.setSequence(sequence).build();
    request = built;
    numberedAs(sequence);
    return built;
  }

  final StreamRequest asRead(long readId, long after) {
    request = operation.setReadId(readId).setAfter(after).build();
    return request;
  }

  /** As it was sent before. */
  final StreamRequest request() {
    if (request == null) {
      throw new IllegalStateException("not sent yet");
    }
    return request;
  }

  /** A read whose session is over goes to the next one. */
  final void unsent() {
    request = null;
  }

  final void complete(StreamReply reply) {
    if (!completed) {
      completed = true;
      answered(reply);
    }
  }

  final void fail(BalsaException error) {
    if (!completed) {
      completed = true;
      failed(error);
    }
  }
}
