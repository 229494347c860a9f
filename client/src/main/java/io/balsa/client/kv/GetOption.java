package io.balsa.client.kv;

import io.balsa.proto.v1.Consistency;
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

  /** A value no older than this will do: it spares the question to the other nodes. */
  public static GetOption stale(Duration maxAge) {
    return new GetOption(get -> get.setConsistency(consistency(maxAge)));
  }

  static Consistency consistency(Duration maxAge) {
    return Consistency.newBuilder().setStale(Consistency.Stale.newBuilder().setMaxAgeMillis(maxAge.toMillis())).build();
  }

  static void apply(GetRequest.Builder request, GetOption[] options) {
    for (GetOption option : options) {
      option.setting.accept(request);
    }
  }
}
