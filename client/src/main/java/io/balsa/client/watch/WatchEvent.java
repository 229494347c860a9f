package io.balsa.client.watch;

import io.balsa.client.kv.KeyValue;
import io.balsa.proto.v1.Event;
import java.util.Optional;

/** What one revision did to one key. Immutable. */
public final class WatchEvent {
  private final Event event;

  /** What happened. */
  public enum Type {
    /** The key was created, or got another version. */
    PUT,
    /** The key was deleted: by a call, or with its lease. */
    DELETE
  }

  WatchEvent(Event event) {
    this.event = event;
  }

  /** What happened. */
  public Type type() {
    return event.getType() == Event.Type.DELETE ? Type.DELETE : Type.PUT;
  }

  /** Whether the key was deleted. */
  public boolean isDelete() {
    return type() == Type.DELETE;
  }

  /** The revision that did it. All events of one revision come together. */
  public long revision() {
    return event.getKv().getModRevision();
  }

  /** The key; the array is the caller's own. */
  public byte[] key() {
    return event.getKv().getKey().toByteArray();
  }

  /** The key read as UTF-8; bytes that are none become U+FFFD. */
  public String keyUtf8() {
    return event.getKv().getKey().toStringUtf8();
  }

  /** The new version; of a delete the key alone, with an empty value and {@link #revision()} as its revision. */
  public KeyValue keyValue() {
    return new KeyValue(event.getKv());
  }

  /** The value read as UTF-8; empty for a delete. */
  public String utf8() {
    return event.getKv().getValue().toStringUtf8();
  }

  /**
   * The version before, if the watch asks for it ({@link WatchOption#withPrevious}), the key existed, and that version was not
   * compacted.
   */
  public Optional<KeyValue> previous() {
    return event.hasPrevKv() ? Optional.of(new KeyValue(event.getPrevKv())) : Optional.empty();
  }

  /** Revision, what happened, key and value, for people. */
  @Override
  public String toString() {
    return revision() + (isDelete() ? " DELETE " + keyUtf8() : " PUT " + keyUtf8() + "=" + utf8());
  }
}
