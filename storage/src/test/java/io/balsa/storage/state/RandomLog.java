package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.Renew;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A log drawn from a seed, with everything in it that a log may hold: also repeats, gaps, refusals and nonsense. */
public final class RandomLog {
  private final RandomGenerator random;
  private final Log log = new Log();
  /** The next sequence of each session, as the sender believes. */
  private final long[] next = new long[400];
  private final List<Long> sessions = new ArrayList<>();
  private long opened;
  private long time;

  private RandomLog(long seed) {
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Arrays.fill(next, 1);
  }

  /** The entries from 1 on. */
  public static List<Entry> entries(long seed, int length) {
    return draw(seed, length).entries;
  }

  static Log draw(long seed, int length) {
    RandomLog drawn = new RandomLog(seed);
    for (int i = 0; i < length; i++) {
      drawn.add();
    }
    return drawn.log;
  }

  private void add() {
    time += random.nextInt(10) == 0 ? random.nextLong(Log.SECOND) : random.nextLong(Log.SECOND / 100);
    log.at(time);
    switch (random.nextInt(22)) {
      case 0, 1 -> {
        log.command(Log.open(1 + random.nextInt(3_000)));
        sessions.add(++opened);
      }
      case 2, 3 -> log.add(EntryType.CLOCK, Bytes.EMPTY);
      case 4 -> log.add(EntryType.NOOP, Bytes.EMPTY);
      case 5 -> log.add(EntryType.CONFIGURATION, configuration());
      case 6 -> log.command(renew());
      case 7 -> {
        if (random.nextInt(4) == 0) {
          log.command(Log.close(session()));
        } else {
          log.add(EntryType.COMMAND, nonsense());
        }
      }
      case 8, 9 -> log.command(mutation());
      case 10 -> {
        log.command(Log.grant(1 + random.nextInt(3_000)));
        opened++;
      }
      case 11 -> log.command(mutation().setSessionId(session()).setSequence(random.nextInt(30)));
      default -> log.command(numbered());
    }
  }

  private Command.Builder numbered() {
    long session = random.nextInt(8) == 0 || sessions.isEmpty()
        ? session()
        : sessions.get(Math.max(0, sessions.size() - 1 - random.nextInt(3)));
    Command.Builder command = mutation().setSessionId(session);
    long sequence = session < next.length ? next[(int) session] : 1;
    switch (random.nextInt(10)) {
      case 0 -> sequence -= random.nextInt(6);
      case 1 -> sequence += random.nextInt(3);
      default -> {
        if (session < next.length) {
          next[(int) session]++;
        }
      }
    }
    if (command.hasLockRelease() && random.nextInt(6) > 0) {
      // Mostly one of its own requests of late.
      command.getLockReleaseBuilder().getRequestBuilder().setSessionId(session)
          .setSequence(sequence - 1 - random.nextInt(4));
    }
    return command.setSequence(sequence).setLowestAwaited(sequence - random.nextInt(8));
  }

  private Command.Builder mutation() {
    return switch (random.nextInt(14)) {
      case 0, 1 -> Log.command().setIncr(increment());
      case 2 -> Log.command().setDelete(delete());
      case 3, 4, 5 -> Log.command().setTxn(new RandomTxns(random, this::key, this::session).draw());
      case 6, 7, 8 -> Log.command().setLockAcquire(acquire());
      case 9, 10 -> Log.release(lock(), session(), random.nextInt(12));
      case 11 -> random.nextInt(4) == 0 ? Log.revoke(session()) : Log.command().setPut(put());
      default -> Log.command().setPut(put());
    };
  }

  private LockAcquireRequest.Builder acquire() {
    LockAcquireRequest.Builder acquire = LockAcquireRequest.newBuilder().setName(lock())
        .setOwner(List.of("", "a", "a", "b").get(random.nextInt(4))).setModeValue(random.nextInt(3) == 0 ? 1 : 2)
        .setPermits(random.nextInt(3) == 0 ? 1 : 2);
    switch (random.nextInt(12)) {
      case 0 -> acquire.setWaitMillis(0);
      case 1, 2, 3 -> acquire.setWaitMillis(random.nextInt(3_000));
      case 4 -> acquire.setModeValue(random.nextInt(5));
      case 5 -> acquire.setName("");
      default -> {
        // As long as its session lives.
      }
    }
    return acquire;
  }

  private String lock() {
    return List.of("l", "m", "m\0").get(random.nextInt(3));
  }

  private IncrRequest.Builder increment() {
    return IncrRequest.newBuilder().setKey(key()).setDelta(random.nextInt(5) - 1);
  }

  private DeleteRequest.Builder delete() {
    return DeleteRequest.newBuilder().setPrevKv(random.nextBoolean())
        .setRange(KeyRange.newBuilder().setStart(key()).setEnd(random.nextBoolean() ? key() : ByteString.EMPTY));
  }

  private PutRequest.Builder put() {
    PutRequest.Builder put = PutRequest.newBuilder().setKey(key()).setPrevKv(random.nextInt(4) == 0)
        .setValue(Log.bytes(Integer.toString(random.nextInt(1_000))));
    if (random.nextInt(3) == 0) {
      put.setLease(session());
    }
    if (random.nextInt(10) == 0) {
      put.setFence(Log.fence(lock(), random.nextInt(40)));
    }
    return put;
  }

  private Command.Builder renew() {
    Renew.Builder renew = Renew.newBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      renew.addRenewals(Renew.Renewal.newBuilder().setId(session()).setLowestAwaited(random.nextInt(30)));
    }
    return Log.command().setRenew(renew);
  }

  private Bytes nonsense() {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  private Bytes configuration() {
    return random.nextInt(4) == 0
        ? nonsense()
        : new Configuration(List.of(member(random.nextInt(9)))).encode();
  }

  private Member member(long incarnation) {
    boolean reserved = incarnation == Member.RESERVED;
    return new Member(new NodeId("n" + random.nextInt(3)), incarnation, !reserved, "h:1", "h:2",
        random.nextInt(3), random.nextBoolean() ? "" : "z");
  }

  /** Mostly one of the last few. */
  private long session() {
    return Math.max(0, opened + 1 - random.nextInt(6));
  }

  private ByteString key() {
    byte[] key = new byte[1 + random.nextInt(2)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) "\0abcdef".charAt(random.nextInt(7));
    }
    return ByteString.copyFrom(key);
  }
}
