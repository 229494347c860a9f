package io.balsa.jepsen.torture.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.kv.Comparison;
import io.balsa.client.kv.Guard;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.Op;
import io.balsa.client.kv.TxnResult;
import io.balsa.jepsen.checker.linear.LinearizabilityChecker;
import io.balsa.jepsen.checker.linear.RegisterModel;
import io.balsa.jepsen.checker.linear.Report;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Registers that are read, written and compared-and-set, all of it linearizable, by the session and without it. A few keys are in use at a
 * time and left for new ones after some operations; at the end all that ever were are read, so that no key is safe from being lost. No
 * value is written twice, so that guards on a value and on the revision that wrote it come to the same.
 *
 * <p>Functions: {@code read} of [key], answered by the value or null; {@code write} of [key, value]; {@code cas} of [key, old, new],
 * answered by whether it was set. Keys and values are whole numbers.
 */
public final class RegisterWorkload implements Workload {
  private static final int KEYS_AT_A_TIME = 4;
  private static final int OPERATIONS_A_KEY = 200;
  private static final int TRIES_AT_THE_END = 3;

  private final String prefix = Steps.prefix("register");
  private final AtomicLong steps = new AtomicLong();
  private final AtomicLong values = new AtomicLong();
  /** By key; what some client saw or wrote not long ago. */
  private final Map<Long, Known> known = new ConcurrentHashMap<>();

  /** @param revision that wrote the value */
  private record Known(long value, long revision) {}

  @Override
  public String name() {
    return "register";
  }

  @Override
  public String description() {
    return "reads, writes and compare-and-set of single keys on all nodes: linearizable";
  }

  @Override
  public String keys() {
    return prefix;
  }

  @Override
  public Set<String> mutations() {
    return Set.of(RegisterModel.WRITE, RegisterModel.CAS);
  }

  @Override
  public void step(TortureClient client) throws InterruptedException {
    Random random = client.random();
    long generation = steps.getAndIncrement() / (KEYS_AT_A_TIME * OPERATIONS_A_KEY);
    long key = generation * KEYS_AT_A_TIME + random.nextInt(KEYS_AT_A_TIME);
    Known expected = known.get(key);
    int drawn = random.nextInt(4);
    if (drawn < 2) {
      read(client, key);
    } else if (drawn == 2 || expected == null) {
      write(client, key);
    } else {
      cas(client, key, expected);
    }
  }

  private static Kv kv(TortureClient client) {
    BalsaClient sdk = client.client();
    return client.random().nextBoolean() ? sdk.kv() : sdk.unaryKv();
  }

  /** Whether it was answered. */
  private boolean read(TortureClient client, long key) throws InterruptedException {
    Kv kv = kv(client);
    boolean[] answered = {false};
    client.record(RegisterModel.READ, List.of(key), () -> {
      Optional<KeyValue> row = kv.get(prefix + key);
      answered[0] = true;
      Object value = row.map(RegisterWorkload::value).orElse(null);
      if (row.isPresent() && value instanceof Long number) {
        known.put(key, new Known(number, row.get().modRevision()));
      }
      return value;
    });
    return answered[0];
  }

  /** What cannot have been written stays what it is, for the checker to see. */
  private static Object value(KeyValue row) {
    try {
      return row.number();
    } catch (NumberFormatException e) {
      return row.utf8();
    }
  }

  private void write(TortureClient client, long key) throws InterruptedException {
    Kv kv = kv(client);
    long value = values.getAndIncrement();
    client.record(RegisterModel.WRITE, List.of(key, value), () -> {
      known.put(key, new Known(value, kv.put(prefix + key, String.valueOf(value)).revision()));
      return null;
    });
  }

  private void cas(TortureClient client, long key, Known expected) throws InterruptedException {
    Kv kv = kv(client);
    String name = prefix + key;
    long value = values.getAndIncrement();
    Guard guard = client.random().nextBoolean() ? Guard.valueEquals(name, String.valueOf(expected.value))
        : Guard.modRevision(KeyRange.single(name), Comparison.EQUAL, expected.revision);
    client.record(RegisterModel.CAS, List.of(key, expected.value, value), () -> {
      TxnResult result = kv.txn().when(guard).then(Op.put(name, String.valueOf(value))).commit();
      if (result.succeeded()) {
        known.put(key, new Known(value, result.revision()));
      }
      return result.succeeded();
    });
  }

  @Override
  public void finish(TortureClient client) throws InterruptedException {
    long generations = steps.get() / (KEYS_AT_A_TIME * OPERATIONS_A_KEY) + 1;
    for (long key = 0; key < generations * KEYS_AT_A_TIME; key++) {
      for (int tries = 0; tries < TRIES_AT_THE_END && !read(client, key); tries++) {
        // Recorded as failed; once more.
      }
    }
  }

  @Override
  public Verdict check(List<Operation> history, Duration most) {
    return verdict(LinearizabilityChecker.check(new RegisterModel(), history, most));
  }

  private static Verdict verdict(Report report) {
    Map<String, Long> figures = Map.of("keys", (long) report.parts(), "operations", report.operations(),
        "configurations", report.configurations());
    List<String> findings = new ArrayList<>();
    report.violations().forEach(violation -> findings.add(violation.toString()));
    if (!report.others().isEmpty()) {
      findings.add("keys that are not linearizable either: " + report.others());
    }
    if (!report.undecided().isEmpty()) {
      findings.add("keys of which time or memory did not suffice to tell: " + report.undecided());
    }
    Verdict.State state = report.isViolated() ? Verdict.State.INVALID
        : report.isLinearizable() ? Verdict.State.VALID : Verdict.State.UNDECIDED;
    return new Verdict(state, findings, figures);
  }
}
