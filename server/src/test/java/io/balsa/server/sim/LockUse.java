package io.balsa.server.sim;

import io.balsa.client.error.BalsaException;
import io.balsa.client.session.LockListener;
import io.balsa.client.session.LockRequest;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Fence;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Locks as the SDK's users have them: asked for with and without waiting, exclusive and shared, held for a while, re-entered, written
 * under with the token, also by holders that have stood still for longer than their session lives and do not know. From the clients' own
 * view at most one owner holds a lock exclusively, and nobody shares it then ({@code isHeld}, K1); a token is greater than every one that
 * was told before its lock was asked for (K4).
 */
final class LockUse implements Usage {
  private static final long MILLIS = 1_000_000;
  private static final int LOCKS = 2;
  static final String EXCLUSIVE = "mutex/";
  static final String MIXED = "mixed/";

  /** One request that was granted, from its owner's view. */
  interface Held {
    String lock();

    /** Session and owner: who is never in its own way. */
    String who();

    boolean shared();

    boolean isHeld();
  }

  private final Cluster<Result> cluster;
  private final Tally tally;
  private final List<Granted> grants = new ArrayList<>();
  /** Requests that the cluster may count, in the order in which they were made, by lock and owner. */
  private final Map<String, List<Granted>> open = new TreeMap<>();
  private long highestTold;
  private int answered;
  private int unknown;

  LockUse(Cluster<Result> cluster, Tally tally) {
    this.cluster = cluster;
    this.tally = tally;
  }

  @Override
  public void use(SimSdk client) {
    boolean exclusiveOnly = client.random().chance(0.6);
    String lock = (exclusiveOnly ? EXCLUSIVE : MIXED) + client.random().between(0, LOCKS - 1);
    boolean shared = !exclusiveOnly && client.random().chance(0.7);
    // Two owners a client: they exclude each other, and each re-enters its own.
    String owner = "owner " + client.random().between(0, 1);
    client.event(() -> new Granted(client, lock, owner, shared).acquire());
  }

  private final class Granted implements LockListener, Held {
    private final SimSdk client;
    private final String lock;
    private final String owner;
    private final boolean shared;
    /** A re-entry has the token of a grant that was perhaps asked for earlier, and perhaps not told yet. */
    private final long highestWhenAsked;
    private final List<Granted> ofOwner;
    private @Nullable LockRequest request;
    private int writes;

    Granted(SimSdk client, String lock, String owner, boolean shared) {
      this.client = client;
      this.lock = lock;
      this.owner = owner;
      this.shared = shared;
      this.ofOwner = open.computeIfAbsent(client.name() + " " + lock + " " + owner, unused -> new ArrayList<>());
      this.highestWhenAsked = ofOwner.isEmpty() ? highestTold : ofOwner.get(0).highestWhenAsked;
      ofOwner.add(this);
    }

    void acquire() {
      LockAcquireRequest.Builder wanted = LockAcquireRequest.newBuilder().setName(lock).setOwner(owner)
          .setMode(shared ? LockMode.SHARED : LockMode.EXCLUSIVE).setPermits(shared ? 2 : 0);
      double dice = client.random().between(0.0, 1.0);
      if (dice < 0.2) {
        wanted.setWaitMillis(0);
      } else if (dice < 0.6) {
        wanted.setWaitMillis(client.random().between(1, 3_000));
      }
      long giveUpAt = dice < 0.8 ? client.now() + client.random().between(500, 8_000) * MILLIS : Long.MAX_VALUE;
      request = client.core().locks().acquire(wanted.build(), giveUpAt, this, begun -> request = begun);
    }

    private LockRequest request() {
      LockRequest begun = request;
      if (begun == null) {
        throw new IllegalStateException("told before it was asked for");
      }
      return begun;
    }

    @Override
    public void granted(long token) {
      tally.add(shared ? "LOCK_SHARED" : "LOCK_EXCLUSIVE");
      answered++;
      cluster.trace().add(client.name(), "lock granted", lock + " to " + owner + " token " + token);
      grants.removeIf(other -> !other.mayBeHeld());
      judgeGrant(this, grants);
      judgeToken(token);
      grants.add(this);
      highestTold = Math.max(highestTold, token);
      long hold = client.random().exponential(client.random().chance(0.1) ? 4_000 * MILLIS : 200 * MILLIS);
      client.after(hold, this::release);
      client.event(this::write);
    }

    private void judgeToken(long token) {
      if (ofOwner.stream().anyMatch(other -> !other.equals(this) && other.request().token() == token)) {
        tally.add("LOCK_REENTERED");
      }
      if (token <= highestWhenAsked) {
        throw new Violation("TokensGrow", lock + " was granted with token " + token + "; " + highestWhenAsked
            + " had been told before it was asked for");
      }
    }

    /** A client that was killed holds nothing, whatever its objects say. */
    private boolean mayBeHeld() {
      return !client.hasEnded() && isHeld();
    }

    @Override
    public boolean isHeld() {
      return !client.hasEnded() && request().isHeld(client.now(), client.wallMillis());
    }

    @Override
    public String lock() {
      return lock;
    }

    @Override
    public String who() {
      return request().sessionId() + " " + owner;
    }

    @Override
    public boolean shared() {
      return shared;
    }

    /** With the token, and without asking whether the lock is held: only the fence protects what is written (K1). */
    private void write() {
      if (shared || writes++ > 3) {
        return;
      }
      StreamRequest.Builder put = StreamRequest.newBuilder()
          .setPut(PutRequest.newBuilder().setKey(Ops.utf8("guarded/" + lock))
              .setValue(Ops.utf8(Long.toString(request().token())))
              .setFence(Fence.newBuilder().setLock(lock).setToken(request().token())));
      client.call(put, true, 5_000 * MILLIS, new SimSdk.Answer() {
        @Override
        public void ok(StreamReply reply) {
          tally.add("FENCED_PUT");
          answered++;
          again();
        }

        @Override
        public void failed(BalsaException why) {
          tally.add(why.reason().equals("FENCED") ? "FENCED_OFF" : "FENCED_PUT_FAILED");
          again();
        }

        private void again() {
          client.after(client.random().exponential(100 * MILLIS), Granted.this::write);
        }
      });
    }

    private void release() {
      tally.add("LOCK_RELEASED");
      request().release();
    }

    @Override
    public void notObtained(BalsaException error) {
      tally.add(error.mayHaveBeenApplied() ? "LOCK_UNKNOWN" : "LOCK_NOT_OBTAINED");
      unknown += error.mayHaveBeenApplied() ? 1 : 0;
      if (!error.mayHaveBeenApplied()) {
        ofOwner.remove(this);
      }
    }

    @Override
    public void lost(String reason) {
      tally.add("LOCK_LOST");
      cluster.trace().add(client.name(), "lock lost", lock + " by " + owner);
    }

    @Override
    public void released(@Nullable BalsaException unknownWhy) {
      cluster.trace().add(client.name(), "lock released", lock + " by " + owner);
      ofOwner.remove(this);
    }
  }

  /** At the moment at which somebody learns of his grant: of all others, asked now by their own clocks. */
  static void judgeGrant(Held granted, List<? extends Held> others) {
    for (Held other : others) {
      boolean both = granted.shared() && other.shared();
      if (other.lock().equals(granted.lock()) && !other.who().equals(granted.who()) && !both && other.isHeld()) {
        throw new Violation("OneHolder", granted.lock() + " is held by " + granted.who() + " and by " + other.who());
      }
    }
  }

  @Override
  public void check(List<SimNode<Result>> core) {
    // Judged while it runs.
  }

  @Override
  public int operations() {
    return answered;
  }

  @Override
  public int unknown() {
    return unknown;
  }
}
