package io.balsa.jepsen.checker.linear;

import org.jspecify.annotations.Nullable;

/**
 * The state of a register.
 *
 * @param value null: there is none
 */
public record Register(@Nullable Object value) {
  @Override
  public String toString() {
    return String.valueOf(value);
  }
}
