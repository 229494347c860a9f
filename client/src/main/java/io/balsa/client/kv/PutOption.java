package io.balsa.client.kv;

import io.balsa.client.lease.Lease;
import io.balsa.client.lock.LockGrant;
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

  /** Hangs the key on this lease: it goes when that ends. Without this option the key hangs on none. */
  public static PutOption lease(long leaseId) {
    return new PutOption(put -> put.setLease(leaseId));
  }

  /** Hangs the key on this lease: it goes when that ends. */
  public static PutOption lease(Lease lease) {
    return lease(lease.id());
  }

  /**
   * Refused with {@code FENCED}, and nothing changed, unless the lock is held now under this very grant. This, and not the
   * lock alone, keeps a process that was paused from writing after another one was given the lock.
   */
  public static PutOption fencedBy(LockGrant grant) {
    return fencedBy(grant.name(), grant.token());
  }

  /** As {@link #fencedBy(LockGrant)}, for a process that was told lock and token. */
  public static PutOption fencedBy(String lock, long token) {
    return new PutOption(put -> put.setFence(Fences.of(lock, token)));
  }

  static void apply(PutRequest.Builder request, PutOption[] options) {
    for (PutOption option : options) {
      option.setting.accept(request);
    }
  }
}
