package io.balsa.client.kv;

import io.balsa.proto.v1.IncrRequest;
import java.util.function.Consumer;

/** How an increment counts. Immutable. */
public final class IncrOption {
  private final Consumer<IncrRequest.Builder> setting;

  private IncrOption(Consumer<IncrRequest.Builder> setting) {
    this.setting = setting;
  }

  /** What a missing key counts as; without this option 0. */
  public static IncrOption initial(long value) {
    return new IncrOption(incr -> incr.setInitial(value));
  }

  /** Refused with {@code OVER_MAX}, and nothing changed, when the sum would be above this. */
  public static IncrOption max(long value) {
    return new IncrOption(incr -> incr.setMax(value));
  }

  static void apply(IncrRequest.Builder request, IncrOption[] options) {
    for (IncrOption option : options) {
      option.setting.accept(request);
    }
  }
}
