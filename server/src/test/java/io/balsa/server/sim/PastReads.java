package io.balsa.server.sim;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.CompactRequest;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A few keys that all clients change, read as of revisions gone by, on any node, while clients compact now and then. A read sees what the
 * newest change up to its revision left (R2); it is refused with COMPACTED only below a revision that somebody had asked to compact to,
 * and always below one whose compaction was answered before the read began.
 */
final class PastReads implements Usage {
  private static final long TIMEOUT_NANOS = 5_000_000_000L;
  private static final int KEYS = 3;
  /** How far back from the newest revision that a client was told of. */
  private static final int BACK_MAX = 40;
  private static final int COMPACT_BACK_MAX = 12;
  /** What a key that does not exist counts as. */
  private static final long ABSENT = 0;

  private final Cluster<Result> cluster;
  private final Tally tally;
  /** Of each key: what the changes that were answered left, by their revisions. */
  private final List<TreeMap<Long, Long>> changes = new ArrayList<>();
  /** Of each key: deletes that nobody was told the end of. Whoever was killed meanwhile never is. */
  private final int[] openDeletes = new int[KEYS];
  private final List<Seen> seen = new ArrayList<>();
  private final Floors floors;
  private long newest = 1;
  private long done;
  private long lastValue;
  private int answered;
  private int unknown;

  /**
   * What a read found.
   *
   * @param changed the revision of what it found; 0: nothing
   */
  private record Seen(String who, int key, long revision, long changed, long value) {
  }

  PastReads(Cluster<Result> cluster, Tally tally, Floors floors) {
    this.cluster = cluster;
    this.tally = tally;
    this.floors = floors;
    for (int key = 0; key < KEYS; key++) {
      changes.add(new TreeMap<>());
    }
  }

  @Override
  public void use(SimSdk client) {
    int key = client.random().between(0, KEYS - 1);
    double dice = client.random().between(0.0, 1.0);
    if (dice < 0.25) {
      long value = ++lastValue;
      change(client, key, "PAST_PUT", Ops.put(name(key), value, false), value);
    } else if (dice < 0.35) {
      change(client, key, "PAST_DELETE", Ops.delete(name(key)), ABSENT);
    } else if (dice < 0.45) {
      compact(client, back(client, COMPACT_BACK_MAX));
    } else {
      long revision = client.random().chance(0.3) && floors.newest() > 0 ? floors.newest() : back(client, BACK_MAX);
      GetRequest request = GetRequest.newBuilder().setKey(Ops.utf8(name(key))).setRevision(revision).build();
      if (dice < 0.75) {
        readInSession(client, key, request);
      } else {
        readAt(client, client.random().pick(cluster.nodes()), key, request);
      }
    }
  }

  private static String name(int key) {
    return "past/" + key;
  }

  private long back(SimSdk client, int most) {
    return Math.max(1, newest - client.random().between(0, most));
  }

  private void told(long revision) {
    newest = Math.max(newest, revision);
  }

  private void change(SimSdk client, int key, String what, StreamRequest.Builder request, long leaves) {
    int delete = leaves == ABSENT ? 1 : 0;
    openDeletes[key] += delete;
    client.call(request, true, TIMEOUT_NANOS, new SimSdk.Answer() {
      @Override
      public void ok(StreamReply reply) {
        tally.add(what);
        answered++;
        openDeletes[key] -= delete;
        told(reply.getRevision());
        if (reply.hasPut() || reply.getDelete().getDeleted() > 0) {
          changes.get(key).put(reply.getRevision(), leaves);
        }
      }

      @Override
      public void failed(BalsaException why) {
        tally.add(what + "_FAILED");
        unknown += why.mayHaveBeenApplied() ? 1 : 0;
        openDeletes[key] -= why.mayHaveBeenApplied() ? 0 : delete;
      }
    });
  }

  private void compact(SimSdk client, long revision) {
    floors.asked(revision);
    client.call(StreamRequest.newBuilder().setCompact(CompactRequest.newBuilder().setRevision(revision)), true,
        TIMEOUT_NANOS, new SimSdk.Answer() {
          @Override
          public void ok(StreamReply reply) {
            tally.add("COMPACT");
            answered++;
            told(reply.getRevision());
            done = Math.max(done, revision);
          }

          @Override
          public void failed(BalsaException why) {
            tally.add("COMPACT_" + why.reason());
            unknown += why.mayHaveBeenApplied() ? 1 : 0;
            refused(client.name() + " compacts to " + revision, revision, why.reason(),
                why.details().getOrDefault("compacted_revision", ""));
          }
        });
  }

  private void readInSession(SimSdk client, int key, GetRequest request) {
    long doneBefore = done;
    client.call(StreamRequest.newBuilder().setGet(request), false, TIMEOUT_NANOS, new SimSdk.Answer() {
      @Override
      public void ok(StreamReply reply) {
        read(client.name(), key, request.getRevision(), doneBefore, reply.getGet(), "PAST_GET");
      }

      @Override
      public void failed(BalsaException why) {
        tally.add("PAST_GET_" + why.reason());
        refused(client.name() + " reads " + request.getRevision(), request.getRevision(), why.reason(),
            why.details().getOrDefault("compacted_revision", ""));
      }
    });
  }

  private void readAt(SimSdk client, SimNode<Result> node, int key, GetRequest request) {
    long doneBefore = done;
    String who = client.name() + " at " + node.id();
    client.get("client:" + node.number(), request, TIMEOUT_NANOS, new SimSdk.GetAnswer() {
      @Override
      public void ok(GetResponse response) {
        read(who, key, request.getRevision(), doneBefore, response, "PAST_NODE_GET");
      }

      @Override
      public void failed(Error why) {
        tally.add("PAST_NODE_GET_" + (why.getReason().isEmpty() ? "FAILED" : why.getReason()));
        String floor = why.getDetailsList().stream().filter(detail -> detail.getKey().equals("compacted_revision"))
            .map(Error.Detail::getValue).findFirst().orElse("");
        refused(who + " reads " + request.getRevision(), request.getRevision(), why.getReason(), floor);
      }
    });
  }

  private void read(String who, int key, long revision, long doneBefore, GetResponse response, String what) {
    tally.add(what);
    answered++;
    if (revision < doneBefore) {
      throw new Violation("CompactedHistory",
          who + " read " + revision + ", and the store was compacted to " + doneBefore + " before it began");
    }
    KeyValue kv = response.getKv();
    seen.add(new Seen(who, key, revision, kv.getModRevision(), response.hasKv() ? Ops.number(kv) : ABSENT));
  }

  /** Whoever was refused because of what was compacted, or of what is still to come, was so with reason. */
  private void refused(String who, long revision, String reason, String floor) {
    if (reason.equals("FUTURE_REVISION")) {
      throw new Violation("CompactedHistory", who + ", a revision that was told of, and is told that there is none");
    }
    if (reason.equals(Errors.COMPACTED)) {
      long compacted = Long.parseLong(floor);
      if (revision >= compacted || compacted > floors.newest()) {
        throw new Violation("CompactedHistory", who + " and is told that the store is compacted to " + compacted
            + "; nobody asked for more than " + floors.newest());
      }
    }
  }

  @Override
  public void check(List<SimNode<Result>> core) {
    seen.forEach(this::check);
  }

  private void check(Seen read) {
    TreeMap<Long, Long> known = changes.get(read.key);
    Map.Entry<Long, Long> last = known.floorEntry(read.revision);
    if (read.changed > read.revision) {
      throw wrong(read, "which is newer");
    }
    if (last == null) {
      return;
    }
    if (read.changed == 0) {
      if (last.getValue() != ABSENT && openDeletes[read.key] == 0) {
        throw wrong(read, "and revision " + last.getKey() + " put " + last.getValue());
      }
    } else if (last.getKey() > read.changed) {
      throw wrong(read, "and revision " + last.getKey() + " left " + last.getValue());
    } else if (last.getKey() == read.changed && last.getValue() != read.value) {
      throw wrong(read, "which put " + last.getValue());
    }
  }

  private static Violation wrong(Seen read, String why) {
    return new Violation("PastReads", read.who + " read " + name(read.key) + " as of " + read.revision + " and found "
        + (read.changed == 0 ? "nothing" : read.value + " of revision " + read.changed) + ", " + why);
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
