package io.balsa.client.kv;

import java.util.Optional;

/**
 * What a put did.
 *
 * @param revision
 *          of the store after it: the key's mod revision
 * @param prevKv
 *          the key before it, if that was asked for and it existed
 */
public record PutResult(long revision, Optional<KeyValue> prevKv) {}
