package io.balsa.client.kv;

import io.balsa.proto.v1.GetRequest;
import java.time.Duration;
import java.util.function.Consumer;

/** How a get reads. Without one: the newest value, linearizable. Immutable. */
public final class GetOption {
  private final Consumer<GetRequest.Builder> setting;

  private GetOption(Consumer<GetRequest.Builder> setting) {
    this.setting = setting;
  }

  /** The key as it was at this revision: {@code COMPACTED} if that is gone, {@code FUTURE_REVISION} if it is yet to come. */
  public static GetOption atRevision(long revision) {
    return new GetOption(get -> get.setRevision(revision));
  }

  /** How fresh the value is to be; linearizable unless set. */
  public static GetOption consistency(Consistency consistency) {
    return new GetOption(get -> get.setConsistency(consistency.wire()));
  }

  /** A value no older than this will do: as {@link Consistency#stale}. */
  public static GetOption stale(Duration maxAge) {
    return consistency(Consistency.stale(maxAge));
  }

  static void apply(GetRequest.Builder request, GetOption[] options) {
    for (GetOption option : options) {
      option.setting.accept(request);
    }
  }
}
