package io.balsa.jepsen.checker.append;

import io.balsa.jepsen.checker.append.MicroOperation.Append;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who appended which element. */
final class Appends {
  /** The operation at this position of this transaction. */
  record Site(int transaction, int position) {}

  private final History history;
  private final Map<String, Map<Long, Site>> sites = new HashMap<>();

  /**
   * Looks at all transactions, also those that failed.
   *
   * @throws IllegalArgumentException
   *           an element is appended to a key twice: who reads it could not tell whose it is
   */
  Appends(History history) {
    this.history = history;
    for (int t = 0; t < history.size(); t++) {
      List<MicroOperation> operations = history.get(t).operations();
      for (int i = 0; i < operations.size(); i++) {
        if (operations.get(i) instanceof Append append) {
          Site other = sites.computeIfAbsent(append.key(), key -> new HashMap<>()).put(append.element(),
              new Site(t, i));
          if (other != null) {
            throw new IllegalArgumentException("T" + other.transaction + " and T" + t + " both " + append);
          }
        }
      }
    }
  }

  /** Null: nobody. */
  @Nullable
  Site site(String key, long element) {
    Map<Long, Site> ofKey = sites.get(key);
    return ofKey == null ? null : ofKey.get(element);
  }

  /** The transaction; -1: none. */
  int writer(String key, long element) {
    Site site = site(key, element);
    return site == null ? -1 : site.transaction;
  }

  /** Whether the same transaction appends more to the same key later. */
  boolean goesOn(Site site) {
    List<MicroOperation> operations = history.get(site.transaction).operations();
    String key = operations.get(site.position).key();
    return operations.stream().skip(site.position + 1L)
        .anyMatch(operation -> operation instanceof Append && operation.key().equals(key));
  }
}
