package io.balsa.storage.state;

import java.util.List;

/**
 * Some items of a list, in its order.
 *
 * @param more whether anything follows: ask again behind the last one
 */
public record Page<T>(List<T> items, boolean more) {
  public Page {
    items = List.copyOf(items);
  }
}
