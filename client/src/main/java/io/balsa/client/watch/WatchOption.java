package io.balsa.client.watch;

import io.balsa.proto.v1.WatchRequest;
import java.util.function.Consumer;

/** Options of a watch. Immutable. */
public final class WatchOption {
  private final Consumer<WatchRequest.Builder> set;

  private WatchOption(Consumer<WatchRequest.Builder> set) {
    this.set = set;
  }

  /**
   * From this revision on, which may be past, or still to come; without it from now on.
   *
   * @throws IllegalArgumentException
   *           below 1
   */
  public static WatchOption from(long revision) {
    if (revision < 1) {
      throw new IllegalArgumentException("revisions begin at 1: " + revision);
    }
    return new WatchOption(request -> request.setStartRevision(revision));
  }

  /** Each event with the version before. */
  public static WatchOption withPrevious() {
    return new WatchOption(request -> request.setPrevKv(true));
  }

  /** No deletes. */
  public static WatchOption putsOnly() {
    return new WatchOption(request -> request.setNoDeletes(true));
  }

  /** No puts. */
  public static WatchOption deletesOnly() {
    return new WatchOption(request -> request.setNoPuts(true));
  }

  void set(WatchRequest.Builder request) {
    set.accept(request);
  }
}
