package io.balsa.server.sim;

import io.balsa.raft.sim.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What clients saw of transactions over a few accounts, and whether one order explains it: that of the revisions, which respects real
 * time (strict serializability). Each value names the transaction that wrote it, so one of unknown outcome shows itself where it is read.
 */
final class BankHistory {
  /** What a read saw in one account: its balance, the transaction that wrote it and at which revision; absent: all 0. */
  record Seen(long balance, long writer, long modRevision) {
    static final Seen ABSENT = new Seen(0, 0, 0);
  }

  /** All accounts at one revision. */
  record Read(long revision, List<Seen> accounts, long invokedAt, long returnedAt) {
  }

  /** A transaction that changes accounts. */
  static final class Write {
    final long id;
    /** By account: whether it is deleted, else written. */
    final Map<Integer, Boolean> deletes;
    /** Nothing of these accounts was to change between this revision and its own; -1: it asked for nothing. */
    final long guardedSince;
    final long invokedAt;
    long returnedAt = Long.MAX_VALUE;
    /** 0: not known whether it took effect. */
    long revision;
    boolean never;

    Write(long id, Map<Integer, Boolean> deletes, long guardedSince, long invokedAt) {
      this.id = id;
      this.deletes = new TreeMap<>(deletes);
      this.guardedSince = guardedSince;
      this.invokedAt = invokedAt;
    }
  }

  private final List<Read> reads = new ArrayList<>();
  private final List<Write> writes = new ArrayList<>();
  private final Map<Long, Write> byId = new TreeMap<>();

  void read(Read read) {
    reads.add(read);
  }

  void begin(Write write) {
    writes.add(write);
    byId.put(write.id, write);
  }

  int operations() {
    return reads.size() + (int) writes.stream().filter(write -> write.revision != 0).count();
  }

  int unknown() {
    return (int) writes.stream().filter(write -> write.revision == 0 && !write.never).count();
  }

  void check() {
    reads.forEach(this::checkSum);
    reads.forEach(this::checkWriters);
    checkRealTime();
    List<Write> known = writes.stream().filter(write -> write.revision != 0)
        .sorted(Comparator.comparingLong(write -> write.revision)).toList();
    checkRevisions(known);
    checkGuards(known);
    boolean anyUnknownDelete = writes.stream()
        .anyMatch(write -> write.revision == 0 && !write.never && write.deletes.containsValue(true));
    reads.forEach(read -> checkSeesAll(read, known, anyUnknownDelete));
  }

  /** All or nothing: money only moves. */
  private void checkSum(Read read) {
    long sum = read.accounts.stream().mapToLong(Seen::balance).sum();
    if (sum != 0) {
      throw new Violation("AllOrNothing",
          "the balances add up to " + sum + " at revision " + read.revision + ": " + read.accounts);
    }
  }

  /** A writer that is seen took effect, once: at the revision that its answer told, at the same one in all accounts. */
  private void checkWriters(Read read) {
    for (int account = 0; account < read.accounts.size(); account++) {
      Seen seen = read.accounts.get(account);
      if (seen.writer == 0) {
        continue;
      }
      Write writer = byId.get(seen.writer);
      if (writer == null || writer.never || !Boolean.FALSE.equals(writer.deletes.get(account))) {
        throw new Violation("NoEffectOfRefused",
            "account " + account + " holds " + seen + " of a transaction that had no such effect");
      }
      if (seen.modRevision > read.revision || (writer.revision != 0 && writer.revision != seen.modRevision)) {
        throw new Violation("OneRevision",
            "account " + account + " was written at " + seen.modRevision + " by transaction "
                + writer.id + ", whose revision is " + writer.revision + "; read at " + read.revision);
      }
      writer.revision = seen.modRevision; // known from here on, whatever its client knows
    }
  }

  private record Event(long at, boolean returns, long revision, boolean write) {
  }

  /** What returned before something was called comes before it in the order of revisions. */
  private void checkRealTime() {
    List<Event> events = new ArrayList<>();
    for (Read read : reads) {
      events.add(new Event(read.invokedAt, false, read.revision, false));
      events.add(new Event(read.returnedAt, true, read.revision, false));
    }
    for (Write write : writes) {
      if (write.revision != 0) {
        events.add(new Event(write.invokedAt, false, write.revision, true));
        events.add(new Event(write.returnedAt, true, write.revision, true));
      }
    }
    events.sort(Comparator.comparingLong(Event::at).thenComparing(Event::returns));
    long returned = 0;
    for (Event event : events) {
      if (event.returns) {
        if (event.at != Long.MAX_VALUE) {
          returned = Math.max(returned, event.revision);
        }
      } else if (event.revision < returned || (event.write && event.revision == returned)) {
        throw new Violation("StrictSerializability", "a transaction of revision " + event.revision
            + " was called after one of revision " + returned + " had returned");
      }
    }
  }

  private static void checkRevisions(List<Write> known) {
    for (int i = 1; i < known.size(); i++) {
      if (known.get(i - 1).revision == known.get(i).revision) {
        throw new Violation("OneRevision", "transactions " + known.get(i - 1).id + " and " + known.get(i).id
            + " have the same revision " + known.get(i).revision);
      }
    }
  }

  /** No update is lost: between what a transaction read and its own revision nobody changed what it guarded. */
  private static void checkGuards(List<Write> known) {
    for (Write write : known) {
      for (Write other : known) {
        if (write.guardedSince >= 0 && other.revision > write.guardedSince && other.revision < write.revision
            && other.deletes.keySet().stream().anyMatch(write.deletes::containsKey)) {
          throw new Violation("Guards",
              "transaction " + write.id + " at revision " + write.revision + " was to see nothing changed since "
                  + write.guardedSince + ", but " + other.id + " changed the same at " + other.revision);
        }
      }
    }
  }

  /**
   * A read sees in each account the newest change up to its revision. No value names who deleted: an account may also be missing
   * because of a deletion whose outcome nobody knows.
   */
  private static void checkSeesAll(Read read, List<Write> known, boolean anyUnknownDelete) {
    for (int account = 0; account < read.accounts.size(); account++) {
      Write newest = null;
      for (Write write : known) {
        if (write.revision <= read.revision && write.deletes.containsKey(account)) {
          newest = write;
        }
      }
      Seen seen = read.accounts.get(account);
      boolean deleted = newest != null && Boolean.TRUE.equals(newest.deletes.get(account));
      boolean explained = newest == null || (seen.writer == 0 ? deleted || anyUnknownDelete : seen.writer == newest.id);
      if (newest != null && !explained) {
        throw new Violation("StrictSerializability",
            "a read at revision " + read.revision + " saw " + seen + " in account " + account
                + ", which transaction " + newest.id + " had changed at " + newest.revision);
      }
    }
  }
}
