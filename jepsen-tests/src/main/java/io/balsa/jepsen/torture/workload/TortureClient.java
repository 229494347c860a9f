package io.balsa.jepsen.torture.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.history.Recorder;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of a run, and the thread that steps it: what it does goes into the history. After an operation of unknown outcome its
 * process is a new one, for such an operation may take effect beside those that come after it.
 */
public final class TortureClient {
  private final int number;
  private final String node;
  private final BalsaClient client;
  private final Random random;
  private final Recorder recorder;
  private final IntSupplier newProcess;
  private int process;

  /**
   * @param number of the client, from 0
   * @param node to which it is bound, or "any"
   * @param newProcess draws the numbers of processes, no number twice
   */
  public TortureClient(int number, String node, BalsaClient client, Random random, Recorder recorder,
      IntSupplier newProcess) {
    this.number = number;
    this.node = node;
    this.client = client;
    this.random = random;
    this.recorder = recorder;
    this.newProcess = newProcess;
    this.process = newProcess.getAsInt();
  }

  /** From 0; of as many as the run has. */
  public int number() {
    return number;
  }

  public BalsaClient client() {
    return client;
  }

  /** The client's own. */
  public Random random() {
    return random;
  }

  /** Who does what comes next. */
  public int process() {
    return process;
  }

  /** Nanoseconds since the begin of the run. */
  public long now() {
    return recorder.now();
  }

  /**
   * Does an operation and records it. A call that throws a {@link BalsaException} has failed, or its outcome is unknown, as that says.
   *
   * @param call its result goes into the history
   * @return what the call returned; empty if it failed, or returned null
   */
  public <T> Optional<T> record(String function, @Nullable Object argument, Callable<T> call)
      throws InterruptedException {
    long invoked = recorder.now();
    T result;
    try {
      result = call.call();
    } catch (BalsaException e) {
      failed(function, argument, invoked, e);
      return Optional.empty();
    } catch (InterruptedException e) {
      add(function, argument, null, invoked, Completion.UNKNOWN, "interrupted");
      throw e;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(function + " failed with what is no BalsaException", e);
    }
    add(function, argument, result, invoked, Completion.OK, null);
    return Optional.ofNullable(result);
  }

  /** Records an operation that ended with this failure. */
  public void failed(String function, @Nullable Object argument, long invoked, BalsaException failure) {
    Completion completion = failure.mayHaveBeenApplied() ? Completion.UNKNOWN : Completion.FAILED;
    add(function, argument, null, invoked, completion, String.valueOf(failure.getMessage()));
  }

  /** Records an operation that the caller did by itself, and that has ended now. */
  public void add(String function, @Nullable Object argument, @Nullable Object result, long invoked,
      Completion completion, @Nullable String error) {
    recorder.add(
        new Operation(process, node, function, argument, result, invoked, recorder.now(), completion, error));
    if (completion == Completion.UNKNOWN) {
      process = newProcess.getAsInt();
    }
  }
}
