package io.balsa.client.session;

import io.balsa.client.error.BalsaException;
import io.balsa.proto.v1.LeaseGrantRequest;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.LockReleaseRequest;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.StreamRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Locks and leases of one client in a {@link SessionWorld}: its streams break, leaders change, time jumps as if the process was
 * paused, its clocks run slower or faster than the cluster's by up to 0.9 %, its wall clock is set, sessions and leases end
 * when they are due at the cluster, and another session competes for the same locks.
 */
final class LockWorld extends SessionWorld {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  /** What an owner was told of one request, and that it was told in order and once. */
  final class Owner implements LockListener {
    @Nullable
    LockRequest request;
    long token;
    @Nullable
    BalsaException notObtained;
    @Nullable
    String lost;
    boolean released;

    @Override
    public void granted(long theToken) {
      expect(token == 0 && notObtained == null && !released, "granted once, before any other end");
      token = theToken;
      expect(held(this), "held when it is told so");
    }

    @Override
    public void notObtained(BalsaException error) {
      expect(token == 0 && notObtained == null && !released, "not obtained, in place of granted");
      notObtained = error;
      if (!error.mayHaveBeenApplied() && request != null && request.isSent()) {
        expect(!store.isLockHeld(request.name(), request.sessionId(), request.sequence()), "certainly not held");
      }
    }

    @Override
    public void lost(String reason) {
      expect(token != 0 && lost == null && !released, "lost once, after granted");
      expect(!held(this), "not held when the loss is told");
      if (prompt && reason.contains("renewed in time")) {
        expect(stillCounted(), "told before the cluster can give it to another");
      }
      lost = reason;
    }

    private boolean stillCounted() {
      LockRequest known = request;
      return known != null && store.isLockHeld(known.name(), known.sessionId(), known.sequence());
    }

    @Override
    public void released(@Nullable BalsaException unknown) {
      expect(!released, "released once");
      released = true;
      LockRequest known = request;
      if (unknown == null && known != null && known.isSent()) {
        expect(!stillCounted(), "released is released");
      }
    }

    boolean isOver() {
      return released || notObtained != null;
    }
  }

  /** What the owner of a lease was told. */
  final class Tenant implements LeaseListener {
    @Nullable
    LeaseHandle handle;
    boolean alive;
    boolean over;

    @Override
    public void alive() {
      expect(!alive && !over, "alive once");
      alive = true;
    }

    @Override
    public void notGranted(BalsaException error) {
      expect(!alive && !over, "not granted, in place of alive");
      over = true;
    }

    @Override
    public void lost(String reason) {
      expect(alive && !over, "lost once, after alive");
      over = true;
      LeaseHandle known = handle;
      if (prompt && known != null && reason.contains("renewed in time")) {
        expect(store.lives(known.id()), "told before the cluster ends it");
      }
    }
  }

  final List<Owner> owners = new ArrayList<>();
  final List<Tenant> tenants = new ArrayList<>();
  /** Time passes only as far as the client asked to be woken: its process is never paused. */
  private final boolean prompt;
  private final long foreigner;
  private final TreeMap<Long, String> foreign = new TreeMap<>();
  private long highestToken;
  int heldSeen;
  /** For so many steps nothing gets through while time passes. */
  private int cutOff;

  LockWorld(long seed, double clientRate, boolean prompt) {
    super(seed, 3_000, clientRate);
    this.prompt = prompt;
    this.foreigner = store.open(Long.MAX_VALUE / 4);
  }

  private static void expect(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("broken: " + what);
    }
  }

  boolean held(Owner owner) {
    LockRequest request = owner.request;
    return request != null && request.isHeld(clientNow(), clientWallMillis());
  }

  /** One thing happens. */
  void lockStep() {
    int draw = random.nextInt(100);
    if (draw < 6) {
      acquire();
    } else if (draw < 12) {
      releaseOne();
    } else if (draw < 24) {
      compete();
    } else if (draw < 26) {
      lease();
    } else if (draw < 27) {
      wallOffsetMillis += random.nextInt(-2_000, 2_000);
    } else if (draw < 30) {
      store.expireDue();
    } else if (draw < 31) {
      cutOff = random.nextInt(40);
    } else {
      timePasses();
    }
    check();
    round();
    check();
  }

  private void timePasses() {
    long before = now;
    if (cutOff > 0) {
      cutOff--;
      now += random.nextInt(200) * MS;
    } else if (random.nextInt(10) == 0) {
      step();
    } else {
      for (int i = 0; i < 5; i++) {
        calmStep(); // else old connections have most of the steps, and nothing is ever granted
      }
    }
    if (prompt) {
      passPromptly(before);
    } else if (random.nextInt(8) == 0) {
      store.expireDue();
    }
  }

  /** Time never jumps over what the client waits for, while the cluster ends what is due at once. */
  private void passPromptly(long before) {
    long passed = now - before;
    now = before;
    while (passed > 0) {
      // The next nanosecond of the client's clock may be two of the cluster's.
      long wake = Math.max(2, (long) ((core.wakeAt() - clientNow()) * 0.99));
      long some = Math.min(passed, Math.min(wake, 50 * MS));
      now += some;
      passed -= some;
      round();
      store.expireDue();
    }
  }

  private void acquire() {
    boolean shared = random.nextInt(3) == 0;
    LockAcquireRequest.Builder wanted = LockAcquireRequest.newBuilder().setName("lock" + random.nextInt(2))
        .setOwner(random.nextInt(4) == 0 ? "" : "owner" + random.nextInt(3))
        .setMode(shared ? LockMode.SHARED : LockMode.EXCLUSIVE);
    int wait = random.nextInt(4);
    if (wait > 0) {
      wanted.setWaitMillis(new int[]{0, 0, 400, 3_000}[wait]);
    }
    long giveUpAt = random.nextInt(3) == 0 ? clientNow() + random.nextInt(4_000) * MS : Long.MAX_VALUE;
    Owner owner = new Owner();
    owners.add(owner);
    core.locks().acquire(wanted.build(), giveUpAt, owner, request -> owner.request = request);
  }

  private void releaseOne() {
    List<Owner> open = owners.stream().filter(owner -> !owner.isOver()).toList();
    if (!open.isEmpty()) {
      release(open.get(random.nextInt(open.size())));
    }
  }

  private void release(Owner owner) {
    LockRequest request = owner.request;
    if (request != null) {
      request.release();
      expect(!held(owner), "not held after its release");
    }
  }

  private void compete() {
    Long oldest = foreign.isEmpty() ? null : foreign.firstKey();
    long sequence = store.last(foreigner) + 1;
    if (oldest == null || (foreign.size() < 2 && random.nextBoolean())) {
      String name = "lock" + random.nextInt(2);
      store.apply(foreigner, sequence, StreamRequest.newBuilder().setSequence(sequence).setLockAcquire(
          LockAcquireRequest.newBuilder().setName(name).setOwner("foreign").setMode(LockMode.EXCLUSIVE)).build());
      foreign.put(sequence, name);
    } else {
      freeForeign(oldest, sequence);
    }
  }

  private void freeForeign(long acquired, long sequence) {
    String name = foreign.remove(acquired);
    LockRequestId id = LockRequestId.newBuilder().setSessionId(foreigner).setSequence(acquired).build();
    store.apply(foreigner, sequence, StreamRequest.newBuilder().setSequence(sequence)
        .setLockRelease(LockReleaseRequest.newBuilder().setName(name == null ? "" : name).setRequest(id)).build());
  }

  private void lease() {
    Tenant tenant = new Tenant();
    if (random.nextBoolean()) {
      tenant.handle = core.leases().grant(1_000 + random.nextInt(3_000), random.nextInt(3) > 0, Long.MAX_VALUE, tenant);
    } else {
      long granted = store.execute(StreamRequest.newBuilder()
          .setLeaseGrant(LeaseGrantRequest.newBuilder().setTtlMillis(2_500)).build()).getLeaseGrant().getLeaseId();
      tenant.handle = core.leases().attach(granted, true, clientNow() + 10_000 * MS, tenant);
    }
    tenants.add(tenant);
  }

  /** The one that matters: what the client says is held, the cluster holds for this very request. */
  private void check() {
    for (Owner owner : owners) {
      LockRequest request = owner.request;
      if (request == null || !held(owner)) {
        continue;
      }
      heldSeen++;
      expect(store.isLockHeld(request.name(), request.sessionId(), request.sequence()),
          "held as the client says, not as the cluster does: " + request.name());
      expect(owner.lost == null && !owner.isOver(), "held, and told to be over");
      highestToken = Math.max(highestToken, request.token());
    }
    for (Tenant tenant : tenants) {
      LeaseHandle handle = tenant.handle;
      if (handle != null && handle.isAlive(clientNow(), clientWallMillis())) {
        expect(store.lives(handle.id()), "alive as the client says, not as the cluster does");
      }
    }
  }

  /**
   * The faults end, and the competitor leaves. Either everything is given up, or every holder frees what it holds and every
   * waiter gets its turn. Then nothing of this client's is left in any lock (K2).
   */
  boolean leavesNothing(boolean everyTurn, int stepsMax) {
    leaderIsKnown();
    cutOff = 0;
    for (long acquired : List.copyOf(foreign.keySet())) {
      freeForeign(acquired, store.last(foreigner) + 1);
    }
    for (int i = 0; i < stepsMax && !(core.locks().open() == 0 && core.unanswered() == 0); i++) {
      owners.stream().filter(owner -> !owner.isOver() && (!everyTurn || owner.token != 0)).forEach(this::release);
      calmStep();
      store.expireDue();
      check();
    }
    return core.locks().open() == 0 && owners.stream().allMatch(Owner::isOver)
        && (core.sessionId() == 0 || store.lockRequestsOf(core.sessionId()) == 0);
  }
}
