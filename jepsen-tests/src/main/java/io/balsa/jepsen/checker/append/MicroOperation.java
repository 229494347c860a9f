package io.balsa.jepsen.checker.append;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One step of a transaction, on one list. Immutable. */
public sealed interface MicroOperation {
  String key();

  /** The element is put at the end of the list. No other append to this key, of any transaction, has this element. */
  record Append(String key, long element) implements MicroOperation {
    @Override
    public String toString() {
      return "append " + key + " " + element;
    }
  }

  /**
   * All of the list.
   *
   * @param list
   *          null: there was no answer
   */
  record Read(String key, @Nullable List<Long> list) implements MicroOperation {
    /** Keeps a copy. */
    public Read {
      list = list == null ? null : List.copyOf(list);
    }

    @Override
    public String toString() {
      return list == null ? "read " + key + " ?"
          : "read " + key + list.stream().map(element -> " " + element).collect(Collectors.joining());
    }
  }
}
