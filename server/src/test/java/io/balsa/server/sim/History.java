package io.balsa.server.sim;

import io.balsa.client.error.BalsaException;
import io.balsa.raft.sim.Operation;
import io.balsa.raft.sim.Timeline;
import java.util.ArrayList;
import java.util.List;

/** Operations as their clients saw them, for the checkers. What surely had no effect is no operation; what never ended is unknown. */
final class History {
  private final Timeline timeline;
  private final List<Operation> ended = new ArrayList<>();
  private final List<Open> open = new ArrayList<>();

  /** A call under way. */
  final class Open {
    private final int client;
    private final Operation.Kind kind;
    private final int key;
    private final long value;
    private final long invokedAt = timeline.now();

    private Open(int client, Operation.Kind kind, int key, long value) {
      this.client = client;
      this.kind = kind;
      this.key = key;
      this.value = value;
    }

    /** @param observed what was read, or counted; for a write what was written */
    void answered(long observed) {
      if (open.remove(this)) {
        ended.add(new Operation(client, kind, key, observed, 0, invokedAt, timeline.now()));
      }
    }

    /** A read that was not served. */
    void notServed() {
      open.remove(this);
    }

    void failed(BalsaException why) {
      if (!open.remove(this)) {
        return;
      }
      if (why.mayHaveBeenApplied() && kind != Operation.Kind.READ) {
        ended.add(unknownEnd());
      }
    }

    private Operation unknownEnd() {
      return new Operation(client, kind, key, value, 0, invokedAt, Long.MAX_VALUE);
    }
  }

  History(Timeline timeline) {
    this.timeline = timeline;
  }

  Open begin(int client, Operation.Kind kind, int key, long value) {
    Open begun = new Open(client, kind, key, value);
    open.add(begun);
    return begun;
  }

  /** Of one key. */
  List<Operation> of(int key) {
    List<Operation> all = new ArrayList<>(ended.stream().filter(op -> op.key() == key).toList());
    open.stream().filter(op -> op.key == key && op.kind != Operation.Kind.READ).map(Open::unknownEnd).forEach(all::add);
    return all;
  }

  int operations() {
    return (int) ended.stream().filter(op -> !op.isUnknown()).count();
  }

  int unknown() {
    return (int) ended.stream().filter(Operation::isUnknown).count() + open.size();
  }
}
