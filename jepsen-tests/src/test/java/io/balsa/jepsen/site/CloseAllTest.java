package io.balsa.jepsen.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloseAllTest {
  private final List<String> closed = new ArrayList<>();

  private AutoCloseable part(String name) {
    return () -> closed.add(name);
  }

  private AutoCloseable stuck(String name) {
    return () -> {
      throw new IllegalStateException(name + " is stuck");
    };
  }

  @Test
  void whatIsStuckKeepsNothingElse() {
    assertThatThrownBy(() -> CloseAll.of(List.of(part("a"), stuck("b"), part("c"), stuck("d"), part("e"))))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("b is stuck")
        .satisfies(failure -> assertThat(failure.getSuppressed()).singleElement()
            .satisfies(other -> assertThat(other).hasMessage("d is stuck")));
    assertThat(closed).containsExactly("a", "c", "e");
  }

  @Test
  void allIsClosedInOrder() {
    CloseAll.of(List.of(part("a"), part("b")));
    assertThat(closed).containsExactly("a", "b");
  }
}
