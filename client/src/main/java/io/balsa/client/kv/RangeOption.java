package io.balsa.client.kv;

import io.balsa.proto.v1.RangeRequest;
import java.time.Duration;
import java.util.function.Consumer;

/** How a range is read. Without one: every key, ascending, the newest values, linearizable. Immutable. */
public final class RangeOption {
  private final Consumer<RangeRequest.Builder> setting;

  private RangeOption(Consumer<RangeRequest.Builder> setting) {
    this.setting = setting;
  }

  /** At most this many rows in all; 0: no bound. */
  public static RangeOption limit(long rows) {
    if (rows < 0) {
      throw new IllegalArgumentException("limit is not to be negative: " + rows);
    }
    return new RangeOption(range -> range.setLimit(rows));
  }

  /** From the last key to the first. */
  public static RangeOption descending() {
    return new RangeOption(range -> range.setOrder(RangeRequest.Order.DESCENDING));
  }

  /** Leaves the values out. */
  public static RangeOption keysOnly() {
    return new RangeOption(range -> range.setKeysOnly(true));
  }

  /** The store as it was at this revision: {@code COMPACTED} if that is gone, {@code FUTURE_REVISION} if it is yet to come. */
  public static RangeOption atRevision(long revision) {
    return new RangeOption(range -> range.setRevision(revision));
  }

  /** Only keys last changed at or after this revision. */
  public static RangeOption minModRevision(long revision) {
    return new RangeOption(range -> range.setMinModRevision(revision));
  }

  /** Only keys last changed at or before this revision. */
  public static RangeOption maxModRevision(long revision) {
    return new RangeOption(range -> range.setMaxModRevision(revision));
  }

  /** Only keys created at or after this revision. */
  public static RangeOption minCreateRevision(long revision) {
    return new RangeOption(range -> range.setMinCreateRevision(revision));
  }

  /** Only keys created at or before this revision. */
  public static RangeOption maxCreateRevision(long revision) {
    return new RangeOption(range -> range.setMaxCreateRevision(revision));
  }

  /** How fresh the state is to be; linearizable unless set. The pages behind the first are read at its revision. */
  public static RangeOption consistency(Consistency consistency) {
    return new RangeOption(range -> range.setConsistency(consistency.wire()));
  }

  /** A state no older than this will do: as {@link Consistency#stale}. */
  public static RangeOption stale(Duration maxAge) {
    return consistency(Consistency.stale(maxAge));
  }

  static RangeRequest.Builder request(KeyRange keys, RangeOption[] options) {
    RangeRequest.Builder request = RangeRequest.newBuilder().setRange(keys.wire());
    for (RangeOption option : options) {
      option.setting.accept(request);
    }
    return request;
  }
}
