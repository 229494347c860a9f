package io.balsa.client.kv;

import io.balsa.client.lock.LockGrant;
import io.balsa.proto.v1.DeleteRequest;
import java.util.function.Consumer;

/** What a delete is to do besides. Immutable. */
public final class DeleteOption {
  private final Consumer<DeleteRequest.Builder> setting;

  private DeleteOption(Consumer<DeleteRequest.Builder> setting) {
    this.setting = setting;
  }

  /** Answers with the keys as they were before; refused when that is more than one answer may hold. */
  public static DeleteOption prevKv() {
    return new DeleteOption(delete -> delete.setPrevKv(true));
  }

  /** Refused with {@code FENCED}, and nothing changed, unless the lock is held now under this very grant. */
  public static DeleteOption fencedBy(LockGrant grant) {
    return fencedBy(grant.name(), grant.token());
  }

  /** As {@link #fencedBy(LockGrant)}, for a process that was told lock and token. */
  public static DeleteOption fencedBy(String lock, long token) {
    return new DeleteOption(delete -> delete.setFence(Fences.of(lock, token)));
  }

  static void apply(DeleteRequest.Builder request, DeleteOption[] options) {
    for (DeleteOption option : options) {
      option.setting.accept(request);
    }
  }
}
