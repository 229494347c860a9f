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

  static Outcome evaluate(DeleteRequest delete, ApplyBatch batch) throws StoreException {
    Outcome refusal = refusal(delete);
    if (refusal != null) {
      return refusal;
    }
    List<Overlay.Row<KeyState>> rows = rows(delete, batch);
    if (rows.size() > Limits.COMMAND_KEYS_MAX) {
      return Outcome.refused(StatusCode.FAILED_PRECONDITION, "TOO_MANY_KEYS", "one command changes at most "
          + Limits.COMMAND_KEYS_MAX + " keys, and this range holds more: delete it in smaller ranges", "limit",
          Integer.toString(Limits.COMMAND_KEYS_MAX));
    }
    DeleteResponse.Builder response = DeleteResponse.newBuilder().setDeleted(rows.size());
    List<Outcome.KeyChange> changes = new ArrayList<>(rows.size());
    long prevBytes = 0;
    for (Overlay.Row<KeyState> row : rows) {
      changes.add(Outcome.KeyChange.delete(row.key, row.value));
      // What is too much for a reply is refused by its size; no need to read the rest of it.
      if (delete.getPrevKv() && prevBytes <= Limits.REPLY_BYTES_MAX) {
        ByteString value = batch.value(row.key, row.value);
        prevBytes += value.size();
        response.addPrevKvs(row.value.toKeyValue(row.key, value));
      }
    }
    return new Outcome(Result.newBuilder().setDelete(response), changes);
  }

  private static List<Overlay.Row<KeyState>> rows(DeleteRequest delete, ApplyBatch batch) throws StoreException {
    if (delete.getRange().getEnd().isEmpty()) {
      byte[] key = delete.getRange().getStart().toByteArray();
      KeyState state = batch.current(key);
      return state.exists() ? List.of(new Overlay.Row<>(key, state)) : List.of();
    }
    KeyBounds bounds = KeyBounds.of(delete.getRange());
    return bounds.isEmpty() ? List.of() : batch.scan(bounds, Limits.COMMAND_KEYS_MAX + 1);
  }

  private static @Nullable Outcome refusal(DeleteRequest delete) {
    ByteString start = delete.getRange().getStart();
    ByteString end = delete.getRange().getEnd();
    Outcome refusal = end.isEmpty()
        ? Arguments.checkKey(start)
        : Arguments.checkSize("KEY_TOO_LARGE", "the start of a range", start.size(), Limits.KEY_BYTES_MAX + 1);
    if (refusal == null) {
      refusal = Arguments.checkSize("KEY_TOO_LARGE", "the end of a range", end.size(), Limits.KEY_BYTES_MAX + 1);
    }
    return refusal == null && delete.hasFence() ? Arguments.fenced(delete.getFence()) : refusal;
  }
}
