package io.balsa.client.kv;

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

  static void apply(DeleteRequest.Builder request, DeleteOption[] options) {
    for (DeleteOption option : options) {
      option.setting.accept(request);
    }
  }
}
