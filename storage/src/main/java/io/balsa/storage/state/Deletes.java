package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.DeleteResponse;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.KeyState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Delete of one key or of a range, all at one revision; of nothing adds no revision (A5). */
final class Deletes {
  private Deletes() {
  }

  static Outcome evaluate(DeleteRequest delete, KeyView view) throws StoreException {
    Outcome refusal = refusal(delete, view);
    if (refusal != null) {
      return refusal;
    }
    List<Overlay.Row<KeyState>> rows = rows(delete, view);
    if (rows.size() > Limits.COMMAND_KEYS_MAX) {
      return Arguments.tooManyKeys("one command changes at most " + Limits.COMMAND_KEYS_MAX
          + " keys, and this range holds more: delete it in smaller ranges", Limits.COMMAND_KEYS_MAX);
    }
    DeleteResponse.Builder response = DeleteResponse.newBuilder().setDeleted(rows.size());
    List<Outcome.KeyChange> changes = new ArrayList<>(rows.size());
    long prevBytes = 0;
    for (Overlay.Row<KeyState> row : rows) {
      changes.add(Outcome.KeyChange.delete(row.key, row.value));
      // What is too much for a reply is refused by its size; no need to read the rest of it.
      if (delete.getPrevKv() && prevBytes <= Limits.REPLY_BYTES_MAX) {
        ByteString value = view.value(row.key, row.value);
        prevBytes += value.size();
        response.addPrevKvs(row.value.toKeyValue(row.key, value));
      }
    }
    return new Outcome(Result.newBuilder().setDelete(response), changes);
  }

  private static List<Overlay.Row<KeyState>> rows(DeleteRequest delete, KeyView view) throws StoreException {
    if (delete.getRange().getEnd().isEmpty()) {
      byte[] key = delete.getRange().getStart().toByteArray();
      KeyState state = view.current(key);
      return state.exists() ? List.of(new Overlay.Row<>(key, state)) : List.of();
    }
    KeyBounds bounds = KeyBounds.of(delete.getRange());
    return bounds.isEmpty() ? List.of() : view.scan(bounds, Limits.COMMAND_KEYS_MAX + 1, false);
  }

  private static @Nullable Outcome refusal(DeleteRequest delete, KeyView view) {
    Outcome refusal = Arguments.checkRange(delete.getRange());
    return refusal == null && delete.hasFence() ? Arguments.checkFence(delete.getFence(), view) : refusal;
  }
}
