package io.balsa.jepsen.site;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Closes what a site is made of: what cannot be removed keeps nothing else from being removed. */
final class CloseAll {
  private CloseAll() {}

  /**
   * Closes all of these, in this order.
   *
   * @throws IllegalStateException some could not be closed: why the first could not, and with it why others could not
   */
  static void of(List<? extends AutoCloseable> parts) {
    IllegalStateException failure = null;
    for (AutoCloseable part : parts) {
      failure = closed(part, failure);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static @Nullable IllegalStateException closed(AutoCloseable part, @Nullable IllegalStateException before) {
    try {
      part.close();
      return before;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return with(before, e);
    } catch (Exception e) {
      return with(before, e);
    }
  }

  private static IllegalStateException with(@Nullable IllegalStateException before, Exception failure) {
    if (before == null) {
      return new IllegalStateException("not all of a site could be removed: " + failure.getMessage(), failure);
    }
    before.addSuppressed(failure);
    return before;
  }
}
