package io.balsa.client.kv;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.StreamRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The store as it was at one revision. Immutable and safe for use by any thread. */
final class Snapshot {
  /** Whatever is or is not under it: reading it tells the revision. */
  private static final ByteString ANY_KEY = ByteString.copyFrom(new byte[1]);

  private final KvCalls calls;
  private final long revision;

  private Snapshot(KvCalls calls, long revision) {
    this.calls = calls;
    this.revision = revision;
  }

  /** At the newest revision, told by a linearizable read: everything that was answered before is in it. */
  static CompletableFuture<Snapshot> open(KvCalls calls) {
    GetRequest read = GetRequest.newBuilder().setKey(ANY_KEY).build();
    return calls.call(StreamRequest.newBuilder().setGet(read), false,
        reply -> new Snapshot(calls, reply.getRevision()));
  }

  long revision() {
    return revision;
  }

  CompletableFuture<Optional<KeyValue>> get(ByteString key) {
    GetRequest read = GetRequest.newBuilder().setKey(Limits.key(key)).setRevision(revision).build();
    return calls.call(StreamRequest.newBuilder().setGet(read), false, Kv::got);
  }

  CompletableFuture<Map<String, KeyValue>> getAll(List<String> keys) {
    List<CompletableFuture<Optional<KeyValue>>> asked = new ArrayList<>(keys.size());
    for (String key : keys) {
      asked.add(Kv.checked(() -> get(ByteString.copyFromUtf8(key))));
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).thenApply(all -> {
      Map<String, KeyValue> found = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        Optional<KeyValue> one = asked.get(i).join();
        if (one.isPresent()) {
          found.put(keys.get(i), one.get());
        }
      }
      return found;
    });
  }

  /** The rows, in the order asked for, page by page. */
  CompletableFuture<List<KeyValue>> range(RangeRequest request) {
    List<KeyValue> rows = new ArrayList<>();
    return RangePage.read(calls, request.toBuilder().setRevision(revision).build())
        .thenCompose(page -> rest(page, rows));
  }

  private static CompletableFuture<List<KeyValue>> rest(RangePage page, List<KeyValue> rows) {
    rows.addAll(page.keyValues());
    return page.hasMore()
        ? page.nextAsync().thenCompose(next -> rest(next, rows))
        : CompletableFuture.completedFuture(rows);
  }
}
