package io.balsa.storage.sim;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.OpenSession;
import io.balsa.proto.internal.v1.Renew;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.sim.NodeState;
import io.balsa.raft.sim.RegisterProtocol;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Registers and counters as keys, sessions as clients use them: each numbers its commands and renews until it is gone. */
final class KvProtocol implements RegisterProtocol<Result> {
  private static final long TTL_MILLIS = 10_000;

  private final Set<Long> opened = new TreeSet<>();

  /** The principal is not looked at yet: it makes the bytes unique. */
  private static Command.Builder command(long uniqueId) {
    return Command.newBuilder().setVersion(1)
        .setPrincipal(ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(0, uniqueId)));
  }

  private static Command.Builder numbered(long uniqueId, long session, long sequence) {
    Command.Builder command = command(uniqueId);
    return session == 0 ? command
        : command.setSessionId(session).setSequence(sequence).setLowestAwaited(sequence);
  }

  private static Bytes bytes(Command.Builder command) {
    return Bytes.wrap(command.build().toByteArray());
  }

  private static ByteString key(String kind, int number) {
    return ByteString.copyFromUtf8(kind + number);
  }

  @Override
  public Bytes write(long session, long sequence, long uniqueId, int key, long value) {
    return bytes(numbered(uniqueId, session, sequence).setPut(
        PutRequest.newBuilder().setKey(key("register-", key)).setValue(ByteString.copyFromUtf8(Long.toString(value)))));
  }

  /** These clients count instead: an increment applied twice shows. Transactions are tried with the whole stack. */
  @Override
  public @Nullable Bytes compareAndSet(long session, long sequence, long uniqueId, int key, long expected, long value) {
    return null;
  }

  @Override
  public Bytes increment(long session, long sequence, long uniqueId, int key) {
    return bytes(numbered(uniqueId, session, sequence)
        .setIncr(IncrRequest.newBuilder().setKey(key("counter-", key)).setDelta(1)));
  }

  @Override
  public Bytes openSession(long uniqueId) {
    return bytes(command(uniqueId).setOpenSession(OpenSession.newBuilder().setTtlMillis(TTL_MILLIS)));
  }

  @Override
  public long openedSession(Result result) {
    long session = result.getOpenedSession().getSessionId();
    if (session == 0) {
      throw new IllegalStateException("no session was opened: " + result);
    }
    opened.add(session);
    return session;
  }

  @Override
  public @Nullable Bytes renewal(long uniqueId) {
    Renew.Builder renew = Renew.newBuilder();
    opened.forEach(id -> renew.addRenewals(Renew.Renewal.newBuilder().setId(id)));
    return opened.isEmpty() ? null : bytes(command(uniqueId).setRenew(renew));
  }

  @Override
  public @Nullable Outcome outcome(Result result) {
    return switch (result.getKindCase()) {
      case PUT -> new Outcome(true, 0);
      case INCR -> new Outcome(true, result.getIncr().getValue());
      case ERROR -> switch (result.getError().getReason()) {
        case "SESSION_EXPIRED", "WRONG_SEQUENCE" -> null;
        default -> throw new IllegalStateException("not an error that these clients cause: " + result);
      };
      default -> throw new IllegalStateException("not an answer to what these clients ask: " + result);
    };
  }

  @Override
  public long read(NodeState<Result> state, int key) {
    String value = ((KvState) state).read("register-" + key);
    return value == null ? 0 : Long.parseLong(value);
  }
}
