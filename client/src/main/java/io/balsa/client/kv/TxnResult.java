package io.balsa.client.kv;

import io.balsa.proto.v1.TxnOpResponse;
import io.balsa.proto.v1.TxnResponse;
import java.util.List;
import java.util.Optional;

/** What a {@link Txn} did: the results of the operations of the list that ran, by their positions from 0. Immutable. */
public final class TxnResult {
  private final long revision;
  private final TxnResponse response;

  TxnResult(long revision, TxnResponse response) {
    this.revision = revision;
    this.response = response;
  }

  /** Whether every guard held, so that the operations of {@code then} ran. */
  public boolean succeeded() {
    return response.getSucceeded();
  }

  /** The revision of the store after it; it added one if it changed something. */
  public long revision() {
    return revision;
  }

  /** How many operations ran. */
  public int size() {
    return response.getResponsesCount();
  }

  /** What kind of operation ran at this position: {@code GET}, {@code RANGE}, {@code PUT}, {@code DELETE} or {@code INCR}. */
  public String kind(int position) {
    return at(position).getResultCase().name();
  }

  /** What the {@link Op#get} at this position found. */
  public Optional<KeyValue> get(int position) {
    TxnOpResponse result = expect(position, TxnOpResponse.ResultCase.GET);
    return result.getGet().hasKv() ? Optional.of(new KeyValue(result.getGet().getKv())) : Optional.empty();
  }

  /** The rows that the {@link Op#range} at this position found. */
  public List<KeyValue> range(int position) {
    return expect(position, TxnOpResponse.ResultCase.RANGE).getRange().getKvsList().stream().map(KeyValue::new)
        .toList();
  }

  /** Whether the limit of the {@link Op#range} at this position cut rows off. */
  public boolean rangeHasMore(int position) {
    return expect(position, TxnOpResponse.ResultCase.RANGE).getRange().getMore();
  }

  /** What the put at this position did. */
  public PutResult put(int position) {
    TxnOpResponse result = expect(position, TxnOpResponse.ResultCase.PUT);
    return new PutResult(revision,
        result.getPut().hasPrevKv() ? Optional.of(new KeyValue(result.getPut().getPrevKv())) : Optional.empty());
  }

  /** What the delete at this position did. */
  public DeleteResult delete(int position) {
    TxnOpResponse result = expect(position, TxnOpResponse.ResultCase.DELETE);
    return new DeleteResult(revision, result.getDelete().getDeleted(),
        result.getDelete().getPrevKvsList().stream().map(KeyValue::new).toList());
  }

  /** The sum that the increment at this position came to. */
  public long incr(int position) {
    return expect(position, TxnOpResponse.ResultCase.INCR).getIncr().getValue();
  }

  private TxnOpResponse expect(int position, TxnOpResponse.ResultCase kind) {
    TxnOpResponse result = at(position);
    if (result.getResultCase() != kind) {
      throw new IllegalStateException(
          "the operation at position " + position + " was " + result.getResultCase() + ", not " + kind);
    }
    return result;
  }

  private TxnOpResponse at(int position) {
    if (position < 0 || position >= size()) {
      throw new IndexOutOfBoundsException(
          "position " + position + ": " + size() + " operations of '" + (succeeded() ? "then" : "otherwise") + "' ran");
    }
    return response.getResponses(position);
  }

  @Override
  public String toString() {
    return (succeeded() ? "succeeded" : "did not succeed") + " at revision " + revision;
  }
}
