package io.balsa.storage.state;

import io.balsa.proto.v1.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * @param kv       null: no such key
 * @param revision what was read at, or a revision of the store not older than what was read
 */
public record GetResult(@Nullable KeyValue kv, long revision) {
}
