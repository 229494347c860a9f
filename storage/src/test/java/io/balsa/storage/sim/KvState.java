package io.balsa.storage.sim;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.port.StateMachine;
import io.balsa.raft.sim.NodeState;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.state.KvStateMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The real state machine on a {@link MemoryStore}, which a crash brings back to what was flushed. */
public class KvState implements NodeState<Result> {
  /** A hash reads everything, so it is made at these indexes only, on every node at the same. */
  private static final int HASHED_INDEXES = 128;

  private MemoryStore store = new MemoryStore();
  private @Nullable KvStateMachine machine;

  @Override
  public StateMachine<Result> open() throws IOException {
    machine = KvStateMachine.open(store);
    return machine;
  }

  @Override
  public void flush() throws IOException {
    machine().flush();
  }

  @Override
  public void crash() {
    store = store.crash();
    machine = null;
  }

  @Override
  public long digest() {
    return machine().applied().index() % HASHED_INDEXES == 0 ? fullDigest() : 0;
  }

  @Override
  public long fullDigest() {
    try {
      return machine().reads().hash().compute().hash();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest value of a key, as text; null: there is none. */
  public @Nullable String read(String key) {
    try {
      var kv = machine().reads().get(key.getBytes(StandardCharsets.UTF_8), 0).kv();
      return kv == null ? null : kv.getValue().toStringUtf8();
    } catch (ReadRefused e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the process that has this state open. */
  public KvStateMachine machine() {
    if (machine == null) {
      throw new IllegalStateException("no process has this state open");
    }
    return machine;
  }
}
