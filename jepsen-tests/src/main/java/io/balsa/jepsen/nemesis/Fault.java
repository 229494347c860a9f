package io.balsa.jepsen.nemesis;

import io.balsa.jepsen.nemesis.Installation.Indeterminate;
import io.balsa.jepsen.nemesis.Installation.Installed;
import io.balsa.jepsen.nemesis.Installation.Skipped;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/**
 * A nemesis that is put together from what tells it apart. How an action ends decides what became of the fault: it returns, and the
 * fault is there; it says that it {@link CannotBeDone cannot be done}; it throws anything else, and nobody knows.
 *
 * @param holdAtLeast see {@link Nemesis#holdAtLeast}
 * @param holdAtMost see {@link Nemesis#holdAtMost}
 * @param need what it needs of a target
 */
record Fault(String family, String name, String description, Duration holdAtLeast, Duration holdAtMost, Need need,
    Action action) implements Nemesis {

  /** Does it, and says whom it hit; says to the scene beforehand how each step is undone. */
  @FunctionalInterface
  interface Action {
    String perform(Scene scene) throws InterruptedException;
  }

  Fault(String family, String name, String description, Need need, Action action) {
    this(family, name, description, Duration.ofSeconds(1), Duration.ofMinutes(1), need, action);
  }

  Fault atLeast(Duration hold) {
    return new Fault(family, name, description, hold, holdAtMost, need, action);
  }

  Fault atMost(Duration hold) {
    return new Fault(family, name, description, holdAtLeast, hold, need, action);
  }

  @Override
  public Optional<String> hindrance(Target target) {
    return need.missing(target);
  }

  @Override
  public Installation install(Target target, Random random) throws InterruptedException {
    Optional<String> hindrance = hindrance(target);
    if (hindrance.isPresent()) {
      return new Skipped(hindrance.get());
    }
    Scene scene = new Scene(target, random);
    try {
      return new Installed(action.perform(scene), scene::undo);
    } catch (CannotBeDone e) {
      return skipped(e, scene);
    } catch (RuntimeException e) {
      return new Indeterminate(description + ": " + e, scene::undo);
    } catch (InterruptedException e) {
      scene.undoAfter(e);
      throw e;
    }
  }

  /** Skipped is only what has left nothing behind. */
  private Installation skipped(CannotBeDone reason, Scene scene) throws InterruptedException {
    try {
      scene.undo();
      return new Skipped(reason.getMessage());
    } catch (RuntimeException e) {
      return new Indeterminate(reason.getMessage() + "; and what had been done is not undone: " + e, () -> {
        throw e;
      });
    }
  }
}
