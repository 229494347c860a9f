package io.balsa.server.sim;

import io.balsa.client.error.BalsaException;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A key that only one client changes, many calls in flight: every put tells what it replaced, every delete whether there was something,
 * every get what it saw; all of it must be what this client's calls before it left (S3, S5).
 */
final class OwnKeys implements Usage {
  private static final long TIMEOUT_NANOS = 5_000_000_000L;
  private static final int BURST_MAX = 6;
  /** What a key without a value counts as. */
  static final long ABSENT = 0;

  /** What is known of a call. */
  enum Outcome {
    PENDING, DONE, UNKNOWN, NEVER
  }

  /** One change, in the order of this client's calls. */
  static final class Change {
    final long leaves;
    Outcome outcome = Outcome.PENDING;

    Change(long leaves) {
      this.leaves = leaves;
    }
  }

  /** What a call saw: one of what the changes from {@code first} on left, or of before. */
  private record Seen(String what, int before, int after, long value, boolean existence) {
  }

  /** The key of one client process. */
  static final class Key {
    final List<Change> changes = new ArrayList<>();
    private final List<Seen> seen = new ArrayList<>();

    /**
     * What the key may hold for a call that was made after {@code before} changes and ended before more than {@code after} were made.
     */
    TreeSet<Long> possible(int before, int after) {
      TreeSet<Long> values = new TreeSet<>();
      for (int i = before; i < after; i++) {
        if (changes.get(i).outcome != Outcome.NEVER) {
          values.add(changes.get(i).leaves);
        }
      }
      for (int i = before - 1; i >= 0; i--) {
        Change change = changes.get(i);
        if (change.outcome != Outcome.NEVER) {
          values.add(change.leaves);
        }
        if (change.outcome == Outcome.DONE) {
          return values;
        }
      }
      values.add(ABSENT);
      return values;
    }

    /** A call made after {@code before} changes that ended before more than {@code after} were made. */
    void saw(String what, int before, int after, long value) {
      seen.add(new Seen(what, before, after, value, false));
    }

    void check(String whose) {
      for (Seen each : seen) {
        TreeSet<Long> possible = possible(each.before, each.after);
        boolean explained = each.existence ? possible.stream().anyMatch(v -> (v != ABSENT) == (each.value != ABSENT))
            : possible.contains(each.value);
        if (!explained) {
          throw new Violation("ReadYourWrites",
              whose + ": " + each.what + " saw " + each.value + "; after its changes up to "
                  + each.before + " it may be one of " + possible);
        }
      }
    }
  }

  private final Map<String, Key> keys = new TreeMap<>();
  private final Tally tally;
  private long lastValue;
  private int answered;
  private int unknown;

  OwnKeys(Tally tally) {
    this.tally = tally;
  }

  @Override
  public void use(SimSdk client) {
    String name = "own/" + client.name();
    Key key = keys.computeIfAbsent(name, unused -> new Key());
    for (int i = client.random().between(1, BURST_MAX); i > 0; i--) {
      double dice = client.random().between(0.0, 1.0);
      if (dice < 0.4) {
        get(client, key, name);
      } else if (dice < 0.45) { // too long for some nodes and not for others (A1)
        long value = ++lastValue;
        change(client, key, "OWN_LONG_PUT", Ops.longPut(name, value, client.random().between(50, 1_200)), value);
      } else if (dice < 0.8) {
        long value = ++lastValue;
        change(client, key, "OWN_PUT", Ops.put(name, value, true), value);
      } else {
        change(client, key, "OWN_DELETE", Ops.delete(name), ABSENT);
      }
    }
  }

  private void change(SimSdk client, Key key, String what, StreamRequest.Builder request, long leaves) {
    int before = key.changes.size();
    Change change = new Change(leaves);
    key.changes.add(change);
    client.call(request, true, TIMEOUT_NANOS, new SimSdk.Answer() {
      @Override
      public void ok(StreamReply reply) {
        tally.add(what);
        answered++;
        change.outcome = Outcome.DONE;
        if (reply.hasPut()) {
          long replaced = reply.getPut().hasPrevKv() ? Ops.number(reply.getPut().getPrevKv()) : ABSENT;
          key.saw(what + " of " + leaves, before, before, replaced);
        } else {
          key.seen.add(new Seen(what, before, before, reply.getDelete().getDeleted(), true));
        }
      }

      @Override
      public void failed(BalsaException why) {
        tally.add(what + (why.reason().endsWith("_TOO_LARGE") ? "_TOO_LONG" : "_FAILED"));
        change.outcome = why.mayHaveBeenApplied() ? Outcome.UNKNOWN : Outcome.NEVER;
        unknown += why.mayHaveBeenApplied() ? 1 : 0;
      }
    });
  }

  private void get(SimSdk client, Key key, String name) {
    int before = key.changes.size();
    client.call(Ops.get(name), false, TIMEOUT_NANOS, new SimSdk.Answer() {
      @Override
      public void ok(StreamReply reply) {
        tally.add("OWN_GET");
        answered++;
        long value = reply.getGet().hasKv() ? Ops.number(reply.getGet().getKv()) : ABSENT;
        key.saw("OWN_GET", before, key.changes.size(), value);
      }

      @Override
      public void failed(BalsaException why) {
        tally.add("OWN_GET_FAILED");
      }
    });
  }

  @Override
  public void check(List<SimNode<Result>> core) {
    keys.forEach((whose, key) -> key.check(whose));
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
