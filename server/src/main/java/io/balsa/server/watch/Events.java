package io.balsa.server.watch;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.KeyValue;
import io.balsa.storage.mvcc.ChangedKey;
import io.balsa.storage.mvcc.KeyState;
import org.jspecify.annotations.Nullable;

/** Changes as they go over the wire. */
final class Events {
  private Events() {
  }

  static Event of(ChangedKey changed, @Nullable KeyState previous) {
    Event.Builder event = Event.newBuilder();
    if (changed.isDelete()) {
      event.setType(Event.Type.DELETE)
          .setKv(KeyValue.newBuilder().setKey(changed.key()).setModRevision(changed.revision()));
    } else {
      event.setType(Event.Type.PUT).setKv(keyValue(changed.key(), changed.state()));
    }
    if (previous != null) {
      event.setPrevKv(keyValue(changed.key(), previous));
    }
    return event.build();
  }

  private static KeyValue keyValue(ByteString key, KeyState state) {
    ByteString value = state.value();
    return KeyValue.newBuilder().setKey(key).setValue(value == null ? ByteString.EMPTY : value)
        .setCreateRevision(state.createRevision()).setModRevision(state.modRevision()).setVersion(state.version())
        .setLease(state.lease()).build();
  }
}
