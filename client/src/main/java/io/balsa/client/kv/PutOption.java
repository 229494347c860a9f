package io.balsa.client.kv;

import io.balsa.proto.v1.PutRequest;
import java.util.function.Consumer;

/** What a put is to do besides. Immutable. */
public final class PutOption {
  private final Consumer<PutRequest.Builder> setting;

  private PutOption(Consumer<PutRequest.Builder> setting) {
    this.setting = setting;
  }

  /** Answers with the key as it was before; costs nothing but the bytes. */
  public static PutOption prevKv() {
    return new PutOption(put -> put.setPrevKv(true));
  }

  /** Hangs the key on this lease or session: it goes when that ends. Without this option the key hangs on none. */
  public static PutOption lease(long leaseId) {
    return new PutOption(put -> put.setLease(leaseId));
  }

  static void apply(PutRequest.Builder request, PutOption[] options) {
    for (PutOption option : options) {
      option.setting.accept(request);
    }
  }
}
