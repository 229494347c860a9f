package io.balsa.raft.sim.invariant;

import io.balsa.raft.action.Role;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.sim.DurableLog;
import io.balsa.raft.sim.NodeView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A node as a test wants an invariant to see it. */
final class FakeNode implements NodeView {
  final NodeId id;
  int life = 1;
  Role role = Role.FOLLOWER;
  long term = 1;
  HardState hardState = HardState.INITIAL;
  HardState durableHardState = HardState.INITIAL;
  final List<Entry> log = new ArrayList<>();
  int durableEntries;
  long appliedIndex;
  long flushedIndex;

  final long incarnation;
  boolean lost;
  boolean forgetful;
  long commitIndex;

  FakeNode(String id) {
    this(id, id.hashCode());
  }

  FakeNode(String id, long incarnation) {
    this.id = new NodeId(id);
    this.incarnation = incarnation;
  }

  @Override
  public boolean isForgetful() {
    return forgetful;
  }

  @Override
  public long incarnation() {
    return incarnation;
  }

  @Override
  public boolean isLost() {
    return lost;
  }

  static Entry entry(long term, long index, long stamp, String payload) {
    return new Entry(EntryType.COMMAND, term, index, stamp, Bytes.wrap(payload.getBytes(StandardCharsets.UTF_8)));
  }

  /** Appends an entry with stamp 0; durable at once. */
  FakeNode with(long entryTerm) {
    log.add(entry(entryTerm, log.size() + 1, 0, "x"));
    durableEntries = log.size();
    return this;
  }

  @Override
  public NodeId id() {
    return id;
  }

  @Override
  public int life() {
    return life;
  }

  @Override
  public boolean running() {
    return true;
  }

  @Override
  public Role role() {
    return role;
  }

  @Override
  public long term() {
    return term;
  }

  @Override
  public HardState hardState() {
    return hardState;
  }

  @Override
  public List<Entry> log() {
    return log;
  }

  @Override
  public DurableLog durable() {
    return new DurableLog() {
      @Override
      public HardState hardState() {
        return durableHardState;
      }

      @Override
      public long lastIndex() {
        return durableEntries;
      }

      @Override
      public long termAt(long index) {
        return index <= durableEntries ? FakeNode.this.termAt(index) : 0;
      }
    };
  }

  @Override
  public long commitIndex() {
    return commitIndex;
  }

  @Override
  public long appliedIndex() {
    return appliedIndex;
  }

  @Override
  public boolean isInPoll() {
    return true;
  }

  @Override
  public long flushedIndex() {
    return flushedIndex;
  }
}
