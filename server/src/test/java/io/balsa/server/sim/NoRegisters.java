package io.balsa.server.sim;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.sim.NodeState;
import io.balsa.raft.sim.RegisterProtocol;
import org.jspecify.annotations.Nullable;

/** The kernel's own clients take no part here. */
final class NoRegisters implements RegisterProtocol<Result> {
  static final NoRegisters INSTANCE = new NoRegisters();

  private static IllegalStateException unused() {
    return new IllegalStateException("no client of the kernel's own");
  }

  @Override
  public Bytes write(long session, long sequence, long uniqueId, int key, long value) {
    throw unused();
  }

  @Override
  public @Nullable Bytes compareAndSet(long session, long sequence, long uniqueId, int key, long expected, long value) {
    throw unused();
  }

  @Override
  public Bytes increment(long session, long sequence, long uniqueId, int key) {
    throw unused();
  }

  @Override
  public @Nullable Bytes renewal(long uniqueId) {
    throw unused();
  }

  @Override
  public Outcome outcome(Result result) {
    throw unused();
  }

  @Override
  public long read(NodeState<Result> state, int key) {
    throw unused();
  }
}
