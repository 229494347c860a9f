package io.balsa.jepsen.checker.linear;

import io.balsa.jepsen.history.Operation;
import java.util.Optional;

/**
 * What a model knows of an operation before the search tries it. Only of a model whose operations either leave the state as it is or
 * leave one that does not depend on the one before.
 */
public interface Lookahead<S> {
  /** The only state in which it can be answered as it was; empty: there are more of them, or there was no answer. */
  Optional<S> needs(Operation operation);

  /** The state that it leaves if it takes effect; empty: the one that it finds. */
  Optional<S> makes(Operation operation);
}
