package io.balsa.client.kv;

import java.util.List;

/**
 * What a delete did.
 *
 * @param revision
 *          of the store after it; deleting nothing adds none
 * @param deleted
 *          how many keys
 * @param prevKvs
 *          those keys before it, if that was asked for
 */
public record DeleteResult(long revision, long deleted, List<KeyValue> prevKvs) {
  public DeleteResult {
    prevKvs = List.copyOf(prevKvs);
  }
}
