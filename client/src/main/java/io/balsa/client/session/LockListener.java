package io.balsa.client.session;

import io.balsa.client.error.BalsaException;
import org.jspecify.annotations.Nullable;

/**
 * Hears what becomes of a {@link LockRequest}. Called on the client's thread, while the core works: it must be quick, must not
 * throw and must not call the core before it has returned.
 */
public interface LockListener {
  /** It is held from here on, until {@link #lost} or a release. At most once. */
  void granted(long token);

  /**
   * It was not granted and will not be, in place of {@link #granted}. When the error's {@code mayHaveBeenApplied()} is true
   * the cluster may count it as held or waiting until its session ends or {@link #released} is told.
   */
  void notObtained(BalsaException error);

  /** It was held and is held no more, for a reason that is not its owner's. Told before the cluster may grant it to another. */
  void lost(String reason);

  /** The cluster counts it no more: its release was answered, or its session ended. Else: why that is not known. */
  void released(@Nullable BalsaException unknown);
}
