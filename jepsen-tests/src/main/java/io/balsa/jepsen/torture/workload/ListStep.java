package io.balsa.jepsen.torture.workload;

import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyValue;
import io.balsa.jepsen.history.Completion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A transaction over lists while it runs, for the history. It begins when it is made. A list is stored as its elements with spaces
 * between; one that does not exist is empty. One thread.
 */
final class ListStep {
  static final String FUNCTION = "txn";
  static final String READ = "r";
  static final String APPEND = "append";

  private final TortureClient client;
  private final long invoked;
  private final List<List<@Nullable Object>> argument = new ArrayList<>();
  private final List<List<@Nullable Object>> result = new ArrayList<>();
  private final Map<String, List<Long>> lists = new HashMap<>();

  ListStep(TortureClient client) {
    this.client = client;
    this.invoked = client.now();
  }

  static String text(Optional<KeyValue> stored) {
    return stored.map(KeyValue::utf8).orElse("");
  }

  /** It reads a list. The answer comes later, or never. */
  void reads(String key) {
    argument.add(words(READ, key, null));
  }

  /** The list is this, as it is stored. */
  void read(String key, String text) {
    List<Long> list = text.isEmpty() ? List.of() : Arrays.stream(text.split(" ")).map(Long::valueOf).toList();
    lists.put(key, list);
    reads(key);
    result.add(words(READ, key, list));
  }

  /** The store answered these rows where it was asked for these lists. */
  void readAll(List<String> keys, Iterable<KeyValue> rows) {
    Map<String, String> stored = new HashMap<>();
    rows.forEach(row -> stored.put(row.keyUtf8(), row.utf8()));
    keys.forEach(key -> read(key, stored.getOrDefault(key, "")));
  }

  /** What is to be stored where the element goes behind what was read. */
  String append(String key, long element) {
    List<Long> list = new ArrayList<>(lists.getOrDefault(key, List.of()));
    list.add(element);
    lists.put(key, list);
    argument.add(words(APPEND, key, element));
    result.add(words(APPEND, key, element));
    return list.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  private static List<@Nullable Object> words(String function, String key, @Nullable Object value) {
    List<@Nullable Object> words = new ArrayList<>();
    words.add(function);
    words.add(key);
    words.add(value);
    return words;
  }

  /** It is done. */
  void done() {
    client.add(FUNCTION, argument, result, invoked, Completion.OK, null);
  }

  /** It is not done, or nobody knows. */
  void failed(BalsaException failure) {
    client.failed(FUNCTION, argument, invoked, failure);
  }
}
