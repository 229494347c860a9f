package io.balsa.server.sim;

import io.balsa.client.error.BalsaException;
import io.balsa.client.session.LeaseHandle;
import io.balsa.client.session.LeaseListener;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.LeaseRevokeRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.Violation;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.sim.KvState;
import io.balsa.storage.state.StateReads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leases with a key each, kept alive in the background or left to die: as long as its owner may believe in a lease (K1), its key is
 * there; when it is gone, so is its key. That none is expired early is {@link SessionWatch}'s to see.
 */
final class LeasedKeys implements Usage {
  private static final long MILLIS = 1_000_000;
  private static final long TIMEOUT_NANOS = 5_000 * MILLIS;

  private final Cluster<Result> cluster;
  private final Tally tally;
  private final SessionWatch watch;
  private final List<String> keys = new ArrayList<>();
  private int answered;
  private int unknown;

  LeasedKeys(Cluster<Result> cluster, Tally tally, SessionWatch watch) {
    this.cluster = cluster;
    this.tally = tally;
    this.watch = watch;
  }

  @Override
  public void use(SimSdk client) {
    client.event(() -> new Leased(client).grant());
  }

  /** One lease and its key. */
  private final class Leased implements LeaseListener {
    private final SimSdk client;
    private final String key = "leased/" + keys.size();
    private final boolean background;
    private final long ttlMillis;
    private final long askedAt = cluster.timeline().now();
    private @Nullable LeaseHandle handle;

    Leased(SimSdk client) {
      this.client = client;
      this.background = client.random().chance(0.6);
      this.ttlMillis = client.random().pick(List.of(600L, 1_500L, 5_000L));
      keys.add(key);
    }

    void grant() {
      handle = client.core().leases().grant(ttlMillis, background, client.now() + TIMEOUT_NANOS, this);
    }

    private LeaseHandle lease() {
      LeaseHandle granted = handle;
      if (granted == null) {
        throw new IllegalStateException("told before it was asked for");
      }
      return granted;
    }

    @Override
    public void alive() {
      tally.add("LEASE_GRANTED");
      answered++;
      watch.granted(lease().id(), lease().ttlMillis(), askedAt);
      client.event(this::put);
    }

    @Override
    public void notGranted(BalsaException error) {
      tally.add("LEASE_NOT_GRANTED");
      unknown += error.mayHaveBeenApplied() ? 1 : 0;
    }

    @Override
    public void lost(String reason) {
      tally.add("LEASE_LOST");
    }

    private void put() {
      StreamRequest.Builder request = StreamRequest.newBuilder().setPut(
          PutRequest.newBuilder().setKey(Ops.utf8(key)).setValue(Ops.utf8("1")).setLease(lease().id()));
      client.call(request, true, TIMEOUT_NANOS, new SimSdk.Answer() {
        @Override
        public void ok(StreamReply reply) {
          answered++;
          tally.add("LEASED_PUT");
          client.after(client.random().exponential(500 * MILLIS), Leased.this::look);
        }

        @Override
        public void failed(BalsaException why) {
          tally.add(why.reason().equals("LEASE_NOT_FOUND") ? "LEASED_PUT_TOO_LATE" : "LEASED_PUT_FAILED");
          believedIn(why.reason().equals("LEASE_NOT_FOUND"), "a put was refused");
        }
      });
    }

    private void look() {
      client.call(Ops.get(key), false, TIMEOUT_NANOS, new SimSdk.Answer() {
        @Override
        public void ok(StreamReply reply) {
          answered++;
          tally.add(reply.getGet().hasKv() ? "LEASED_KEY_SEEN" : "LEASED_KEY_GONE");
          believedIn(!reply.getGet().hasKv(), "its key is gone");
          goOn();
        }

        @Override
        public void failed(BalsaException why) {
          goOn();
        }
      });
    }

    private void believedIn(boolean gone, String what) {
      if (gone && lease().isAlive(client.now(), client.wallMillis())) {
        throw new Violation("LeasesLive", client + " believes in lease " + lease().id() + ", but " + what);
      }
    }

    private void goOn() {
      if (!lease().isAlive(client.now(), client.wallMillis())) {
        return;
      }
      if (client.random().chance(0.3)) {
        revoke();
      } else {
        client.after(client.random().exponential(1_000 * MILLIS), this::look);
      }
    }

    private void revoke() {
      client.core().leases().drop(lease());
      StreamRequest.Builder request = StreamRequest.newBuilder()
          .setLeaseRevoke(LeaseRevokeRequest.newBuilder().setLeaseId(lease().id()));
      client.call(request, true, TIMEOUT_NANOS, new SimSdk.Answer() {
        @Override
        public void ok(StreamReply reply) {
          answered++;
          tally.add("LEASE_REVOKED");
        }

        @Override
        public void failed(BalsaException why) {
          tally.add("LEASE_REVOKE_FAILED");
        }
      });
    }
  }

  /** No key outlives its lease. */
  @Override
  public void check(List<SimNode<Result>> core) {
    StateReads reads = ((KvState) core.get(0).state()).machine().reads();
    for (String key : keys) {
      KeyValue kv = read(reads, key);
      if (kv != null && reads.leaseView(kv.getLease()) == null) {
        throw new Violation("LeasesTakeTheirKeys", key + " is there, but its lease " + kv.getLease() + " is not");
      }
    }
  }

  private static @Nullable KeyValue read(StateReads reads, String key) {
    try {
      return reads.get(key.getBytes(StandardCharsets.UTF_8), 0).kv();
    } catch (ReadRefused e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
