package io.balsa.jepsen.workload;

import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyValue;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.checker.append.HistoryRecorder;
import io.balsa.jepsen.checker.append.MicroOperation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A transaction over lists while it runs: what it read and appended, for the history. It begins when it is made. A
 * list is stored as its elements with spaces between; one that does not exist is empty. One thread.
 */
public final class ListTransaction {
  private final HistoryRecorder recorder;
  private final int process;
  private final long invoked = System.nanoTime();
  private final List<MicroOperation> operations = new ArrayList<>();
  private final Map<String, List<Long>> lists = new HashMap<>();

  /** It begins. */
  public ListTransaction(HistoryRecorder recorder, int process) {
    this.recorder = recorder;
    this.process = process;
  }

  /** The store answered this. */
  public void read(String key, Optional<KeyValue> stored) {
    read(key, text(stored));
  }

  /** The list is this, as it is stored; empty: it does not exist. */
  void read(String key, String text) {
    List<Long> list = text.isEmpty() ? List.of() : Arrays.stream(text.split(" ")).map(Long::valueOf).toList();
    lists.put(key, list);
    operations.add(new MicroOperation.Read(key, list));
  }

  static String text(Optional<KeyValue> stored) {
    return stored.map(KeyValue::utf8).orElse("");
  }

  /** The store answered these rows where it was asked for the lists 0, 1, ... behind a prefix. */
  void readAll(String prefix, int count, Iterable<KeyValue> rows) {
    Map<String, KeyValue> stored = new HashMap<>();
    rows.forEach(row -> stored.put(row.keyUtf8(), row));
    readAll(prefix, count, stored);
  }

  /** As above, of rows by their keys. */
  void readAll(String prefix, int count, Map<String, KeyValue> stored) {
    for (int i = 0; i < count; i++) {
      read(prefix + i, Optional.ofNullable(stored.get(prefix + i)));
    }
  }

  /** What is to be stored where the element goes behind what was read. */
  public String append(String key, long element) {
    List<Long> list = new ArrayList<>(lists.getOrDefault(key, List.of()));
    list.add(element);
    lists.put(key, list);
    operations.add(new MicroOperation.Append(key, element));
    return list.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  /** Its client was told this; null: it is done. */
  public void ended(@Nullable BalsaException failure) {
    Completion completion = switch (Outcome.of(failure)) {
      case ACKNOWLEDGED -> Completion.OK;
      case UNKNOWN -> Completion.UNKNOWN;
      case NOT_DONE -> Completion.FAILED;
    };
    recorder.ended(process, invoked, completion, operations);
  }

  /** Its guard did not hold: it was not done. */
  void refused() {
    recorder.ended(process, invoked, Completion.FAILED, operations);
  }
}
