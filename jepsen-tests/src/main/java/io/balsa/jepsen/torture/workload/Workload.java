package io.balsa.jepsen.torture.workload;

import io.balsa.client.BalsaClient;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What clients do during a run, and how the history of it is judged. The state that it keeps between the steps of its clients is
 * safe for use by any thread.
 */
public interface Workload {
  /** One word, as the user gives it. */
  String name();

  /** What it does and what it proves, in one line. */
  String description();

  /** Its functions that change something: their acknowledgements show that the cluster can be written to. */
  Set<String> mutations();

  /** What all its keys and locks begin with, and nobody else's: other runs may use the same store, before it and beside it. */
  String keys();

  /** So many operations must have ended OK for a run to count. */
  default long okLeast() {
    return 5000;
  }

  /** Lays down what must be there before the first step. Nothing of it is recorded. */
  default void prepare(BalsaClient client) {}

  /**
   * One step of one client: an operation, or some that belong together, each done through {@link TortureClient#record}. What the SDK
   * refuses is recorded there and not thrown. Anything else that is thrown breaks the run off.
   */
  void step(TortureClient client) throws InterruptedException;

  /** The cluster is whole again and all steps have ended: reads what the verdict needs. One client, the last word of the history. */
  default void finish(TortureClient client) throws InterruptedException {}

  /**
   * Judges a history, whoever recorded it.
   *
   * @param most a checker that needs longer says UNDECIDED
   */
  Verdict check(List<Operation> history, Duration most);
}
