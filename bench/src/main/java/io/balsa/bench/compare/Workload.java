package io.balsa.bench.compare;

import io.balsa.bench.load.LoadPlan.Operation;
import io.balsa.bench.store.Store.Api;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What the stores are asked, and what Balsa's figure is held against. */
enum Workload {
  PUT_64("put-64", "Put, a call each, 64 in flight", Api.UNARY, Operation.PUT, 64, 0),
  PUT_1000("put-1000", "Put, a call each, 1,000 in flight", Api.UNARY, Operation.PUT, 1000, 0),
  GET_64("get-64", "linearizable Get, a call each, 64 in flight", Api.UNARY, Operation.GET, 64, 0),
  PUT_1("put-1", "Put, one at a time", Api.UNARY, Operation.PUT, 1, 0),
  SESSION_PUT_1000("session-put-1000", "Put on a session's stream, 1,000 in flight", Api.SESSION, Operation.PUT, 1000,
      0),
  SESSION_INCR_1000("session-incr-1000", "Incr of 100 counters on a session's stream, 1,000 in flight", Api.SESSION,
      Operation.INCR, 1000, 100);

  private final String id;
  private final String words;
  private final Api api;
  private final Operation operation;
  private final int inFlight;
  private final int keys;

  Workload(String id, String words, Api api, Operation operation, int inFlight, int keys) {
    this.id = id;
    this.words = words;
    this.api = api;
    this.operation = operation;
    this.inFlight = inFlight;
    this.keys = keys;
  }

  /** @throws IllegalArgumentException there is none of this name; it says which there are */
  static Workload named(String id) {
    return Arrays.stream(values()).filter(workload -> workload.id.equals(id)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no workload '" + id + "'; there are "
            + Arrays.stream(values()).map(Workload::toString).collect(Collectors.joining(", "))));
  }

  /** For people. */
  String words() {
    return words;
  }

  Api api() {
    return api;
  }

  Operation operation() {
    return operation;
  }

  int inFlight() {
    return inFlight;
  }

  /** How many keys; {@code otherwise}, if that is not its own. */
  int keys(int otherwise) {
    return keys == 0 ? otherwise : keys;
  }

  /** Sessions are Balsa's own; what they do is held against the calls of the others. */
  boolean isFor(Subject subject) {
    return api == Api.UNARY || subject == Subject.BALSA;
  }

  /** The workload of the others that this one of Balsa is held against. */
  Workload rival() {
    return api == Api.UNARY ? this : PUT_1000;
  }

  @Override
  public String toString() {
    return id;
  }
}
