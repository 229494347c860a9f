package io.balsa.storage.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.KeyValue;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.mvcc.ReadRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A state machine with the log that it applies, one entry a batch. */
final class Machine {
  final Log log = new Log();
  final KvStateMachine machine;

  Machine(KeyValueStore store) {
    try {
      machine = KvStateMachine.open(store);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Machine() {
    this(new MemoryStore());
  }

  /** Another machine on the same store, which goes on with the log. */
  Machine restarted(KeyValueStore store) {
    Machine restarted = new Machine(store);
    restarted.log.entries.addAll(log.entries);
    return restarted;
  }

  Machine at(long nanos) {
    log.at(nanos);
    return this;
  }

  Result apply(Command.Builder command) {
    log.command(command);
    return applyLast();
  }

  void clock(long nanos) {
    log.clock(nanos);
    applyLast();
  }

  Result applyLast() {
    try {
      return machine.apply(List.of(log.entries.getLast())).getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a session. */
  long open(long ttlMillis) {
    return apply(Log.open(ttlMillis)).getOpenedSession().getSessionId();
  }

  KeyValue get(String key) {
    return get(key, 0);
  }

  KeyValue get(String key, long revision) {
    try {
      return machine.reads().get(key.getBytes(UTF_8), revision).kv();
    } catch (ReadRefused e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Null: no such key. */
  String value(String key) {
    KeyValue kv = get(key);
    return kv == null ? null : kv.getValue().toStringUtf8();
  }

  long revision() {
    return machine.reads().revision();
  }

  SessionView session(long id) {
    return machine.reads().session(id);
  }

  StateHash hash() {
    return hash(machine);
  }

  static StateHash hash(KvStateMachine machine) {
    try {
      return machine.reads().hash().compute();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
