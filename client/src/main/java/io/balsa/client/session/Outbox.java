package io.balsa.client.session;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.StreamRequests;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a client from submission to answer: a queue of those without a number, then the windows of those sent. It
 * numbers, frames and re-sends (go-back-N); it knows nothing of connections.
 */
final class Outbox {
  private static final int FRAME_BYTES = 256 * 1024;
  private static final int FRAME_REQUESTS = 1024;
  /** Half of the server's bounds of S4. */
  private static final int ACKNOWLEDGE_AT_SEQUENCES = 4096;
  private static final int ACKNOWLEDGE_AT_BYTES = 4 * 1024 * 1024;
  /** Deadlines are looked at no more often than this. */
  private static final long DEADLINE_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long FIRST_WAIT = 1L << 62;

  private final Deque<Call> queue = new ArrayDeque<>();
  private final CallWindow mutations = new CallWindow();
  private final CallWindow reads = new CallWindow();
  /** By read id; those of other reads lie below {@link #FIRST_WAIT}. A wait may stand for hours: no window holds it. */
  private final TreeMap<Long, Call> waits = new TreeMap<>();
  private final long heldBytesMax;
  private long heldBytes;

  /** The next of the sent ones that this stream has not sent yet. */
  private long resendSequence = 1;
  private long resendRead = 1;
  private long resendWait = FIRST_WAIT;
  private long nextWait = FIRST_WAIT;

  private long acknowledged = 1;
  private long unacknowledgedBytes;
  /** No deadline of an uncompleted call lies before this. */
  private long deadlineFloor = Long.MAX_VALUE;

  Outbox(long heldBytesMax) {
    this.heldBytesMax = heldBytesMax;
  }

  void submit(Call call) {
    if (!call.endsWithSession() && heldBytes > 0 && heldBytes + call.bytes() > heldBytesMax) {
      call.fail(Errors.overloaded("the calls not answered yet hold " + heldBytes + " bytes of at most " + heldBytesMax
          + ": wait for answers before calling again"));
      return;
    }
    heldBytes += call.bytes();
    deadlineFloor = Math.min(deadlineFloor, call.deadline());
    queue.addLast(call);
  }

  /** Whether something waits for a session or a stream. */
  boolean waiting() {
    return !queue.isEmpty();
  }

  /** How many were sent and are not answered; without those that wait for something to happen. */
  int unanswered() {
    return mutations.size() + reads.size();
  }

  long deadlineFloor() {
    return deadlineFloor;
  }

  // ---- sending

  /**
   * A new stream of the session is ready, and this is the last sequence that was applied. Everything unanswered is sent again
   * from the lowest on: up to `last` the stored replies come back, above it the commands are proposed (S2).
   *
   * @return false when the server's `last` cannot be: it knows of a sequence that was never sent, or lost one that it answered
   */
  boolean resume(long last) {
    if (last >= mutations.next() || last + 1 < mutations.lowest()) {
      return false;
    }
    resendSequence = mutations.lowest();
    resendRead = reads.lowest();
    resendWait = FIRST_WAIT;
    return true;
  }

  /** Null: nothing to send, or no room. */
  @Nullable
  ClientFrame nextFrame() {
    StreamRequests.Builder frame = null;
    int bytes = 0;
    int count = 0;
    while (bytes < FRAME_BYTES && count < FRAME_REQUESTS) {
      StreamRequest request = nextRequest();
      if (request == null) {
        break;
      }
      if (frame == null) {
        frame = StreamRequests.newBuilder();
      }
      frame.addRequests(request);
      bytes += request.getSerializedSize();
      count++;
    }
    // S4: stamped when it is sent.
    return frame == null ? null : ClientFrame.newBuilder().setRequests(frame.setLowestAwaited(acknowledge())).build();
  }

  private @Nullable StreamRequest nextRequest() {
    StreamRequest again = nextToResend();
    if (again != null) {
      return again;
    }
    while (true) {
      Call call = queue.peekFirst();
      if (call == null) {
        return null;
      }
      if (call.completed() || call.cancelled()) {
        queue.removeFirst();
        release(call);
        continue;
      }
      if (call.kind() == Call.Kind.WAIT) {
        queue.removeFirst();
        long id = nextWait++;
        waits.put(id, call);
        resendWait = nextWait;
        return call.asRead(id, mutations.next() - 1);
      }
      CallWindow window = call.mutation() ? mutations : reads;
      if (!window.hasRoom()) {
        return null;
      }
      queue.removeFirst();
      long number = window.add(call);
      if (call.mutation()) {
        resendSequence = mutations.next();
        return call.numbered(number);
      }
      resendRead = reads.next();
      return call.asRead(number, mutations.next() - 1);
    }
  }

  /** What an earlier stream sent, in the order of sending: a read follows the mutations that it is to see. */
  private @Nullable StreamRequest nextToResend() {
    while (true) {
      while (resendRead < reads.next() && reads.get(resendRead) == null) {
        resendRead++;
      }
      Call read = reads.get(resendRead);
      if (read != null && read.request().getAfter() < resendSequence) {
        resendRead++;
        return read.request();
      }
      if (resendSequence >= mutations.next()) {
        Map.Entry<Long, Call> wait = waits.ceilingEntry(resendWait);
        resendWait = wait == null ? nextWait : wait.getKey() + 1;
        return wait == null ? null : wait.getValue().request();
      }
      Call mutation = mutations.get(resendSequence++);
      if (mutation != null) {
        return mutation.request();
      }
    }
  }

  // ---- answers

  /** A repeated answer, or one to a call that was given up, changes nothing. */
  void answered(StreamReply reply) {
    boolean mutation = reply.getSequence() != 0;
    Call call = mutation
        ? mutations.remove(reply.getSequence())
        : reply.getReadId() < FIRST_WAIT ? reads.remove(reply.getReadId()) : waits.remove(reply.getReadId());
    if (call == null) {
      return;
    }
    release(call);
    if (mutation) {
      unacknowledgedBytes += reply.getSerializedSize();
    }
    call.complete(reply);
  }

  /** Whether half a bound of S4 can be acknowledged and no frame has done it. */
  boolean acknowledgeNow() {
    return mutations.lowest() > acknowledged && (unacknowledgedBytes >= ACKNOWLEDGE_AT_BYTES
        || mutations.lowest() - acknowledged >= ACKNOWLEDGE_AT_SEQUENCES);
  }

  /** The lowest awaited sequence, about to be sent. */
  long acknowledge() {
    if (mutations.lowest() > acknowledged) {
      acknowledged = mutations.lowest();
      unacknowledgedBytes = 0;
    }
    return mutations.lowest();
  }

  // ---- endings

  /** Completes the calls whose deadlines have passed. A numbered mutation stays: it is carried through all the same (S3). */
  void expire(long now, String lastProblem) {
    if (now < deadlineFloor) {
      return;
    }
    long floor = Long.MAX_VALUE;
    for (Call call : queue) {
      if (!call.completed() && call.deadline() <= now) {
        call.fail(Errors.deadline(lastProblem, false));
      }
      if (!call.completed()) {
        floor = Math.min(floor, call.deadline());
      }
    }
    queue.removeIf(call -> {
      if (call.completed()) {
        release(call);
      }
      return call.completed();
    });
    floor = Math.min(floor, expire(mutations, now, lastProblem));
    floor = Math.min(floor, expire(reads, now, lastProblem));
    deadlineFloor = floor == Long.MAX_VALUE ? floor : Math.max(floor, now + DEADLINE_STEP_NANOS);
  }

  private long expire(CallWindow window, long now, String lastProblem) {
    long floor = Long.MAX_VALUE;
    for (long number = window.lowest(); number < window.next(); number++) {
      Call call = window.get(number);
      if (call == null || call.completed()) {
        continue;
      }
      if (call.deadline() > now) {
        floor = Math.min(floor, call.deadline());
        continue;
      }
      if (!call.mutation()) {
        window.remove(number);
        release(call);
      }
      call.fail(Errors.deadline(lastProblem, call.mutation()));
    }
    return floor;
  }

  void sessionOver(Error error) {
    failAll(mutations, Errors.outcomeUnknown("the session is over (" + error.getReason()
        + ") before the answer came: the mutation may have been applied. " + error.getMessage()));
    endWaits(Errors.ofAnswer(error, false));
    List<Call> own = new ArrayList<>(queue);
    own.removeIf(call -> !call.endsWithSession());
    queue.removeIf(Call::endsWithSession);
    for (Call call : own) {
      release(call);
      call.fail(Errors.ofAnswer(error, false));
    }
    // A read can be asked again: it changes nothing, and it stays in its place before what was called after it.
    for (long id = reads.next() - 1; id >= reads.lowest(); id--) {
      Call read = reads.get(id);
      if (read != null) {
        read.unsent();
        queue.addFirst(read);
      }
    }
    restartNumbers();
  }

  /** The cluster refuses a session: nothing of what waits can be done. */
  void refuseQueue(Error error) {
    for (Call call : queue) {
      release(call);
      call.fail(Errors.ofAnswer(error, false));
    }
    queue.clear();
  }

  void close() {
    failAll(mutations, Errors.closed(true));
    failAll(reads, Errors.closed(false));
    endWaits(Errors.closed(false));
    for (Call call : queue) {
      release(call);
      call.fail(Errors.closed(false));
    }
    queue.clear();
    restartNumbers();
  }

  private void endWaits(BalsaException error) {
    List<Call> ended = List.copyOf(waits.values());
    waits.clear();
    for (Call call : ended) {
      release(call);
      call.fail(error);
    }
  }

  private void failAll(CallWindow window, BalsaException error) {
    for (long number = window.lowest(); number < window.next(); number++) {
      Call call = window.get(number);
      if (call != null) {
        release(call);
        call.fail(error);
      }
    }
  }

  private void restartNumbers() {
    mutations.reset();
    reads.reset();
    resendSequence = 1;
    resendRead = 1;
    resendWait = nextWait;
    acknowledged = 1;
    unacknowledgedBytes = 0;
  }

  private void release(Call call) {
    heldBytes -= call.bytes();
  }

  @Override
  public String toString() {
    return "sent up to " + (mutations.next() - 1) + ", awaited from " + mutations.lowest();
  }
}
