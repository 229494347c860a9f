package io.balsa.server.watch;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.storage.mvcc.ChangedKey;
import io.balsa.storage.mvcc.KeyBounds;

/**
 * What a watch wants to hear of.
 *
 * @param previous with the version before
 */
public record WatchSpec(KeyBounds bounds, boolean puts, boolean deletes, boolean previous) {
  public static WatchSpec of(WatchRequest request) {
    return new WatchSpec(KeyBounds.of(request.getRange()), !request.getNoPuts(), !request.getNoDeletes(),
        request.getPrevKv());
  }

  boolean covers(ByteString key) {
    return bounds.contains(key);
  }

  /** Of a key that it covers. */
  boolean wants(ChangedKey changed) {
    return changed.isDelete() ? deletes : puts;
  }

  /** Whether it can be looked up by its one key. */
  boolean isSingle() {
    return bounds.equals(KeyBounds.single(bounds.start()));
  }
}
