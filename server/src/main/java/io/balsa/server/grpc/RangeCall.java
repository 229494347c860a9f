package io.balsa.server.grpc;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.RangeResponse;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.RangeChunk;
import io.balsa.storage.mvcc.RangeQuery;
import io.balsa.storage.mvcc.ReadRefused;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One range, in chunks of one revision (R2). The next chunk is read when the connection takes it, so a client that stops
 * reading costs nothing but this object: no iterator and no snapshot is held between chunks. On its loop, but for
 * {@link #read}.
 */
final class RangeCall {
  private final RangeRequest request;
  private final ServerCallStreamObserver<RangeResponse> observer;
  private final Loop loop;
  private @Nullable Group group;
  /** What the next chunk asks for; null while one is being read, or before the begin, or after the end. */
  private @Nullable RangeQuery next;
  private long count;
  private long rowsLeft;

  RangeCall(RangeRequest request, ServerCallStreamObserver<RangeResponse> observer, Loop loop) {
    this.request = request;
    this.observer = observer;
    this.loop = loop;
    this.rowsLeft = request.getLimit() == 0 ? Long.MAX_VALUE : request.getLimit();
    observer.setOnCancelHandler(() -> {
    });
    observer.setOnReadyHandler(() -> loop.execute(this::readIfReady));
  }

  void fail(Error error) {
    loop.execute(() -> {
      if (!observer.isCancelled()) {
        observer.onError(Errors.exception(error));
      }
    });
  }

  void begin(Group served) {
    served.fresh().read(request.getConsistency(), request.getRevision(), new FreshReads.Outcome() {
      @Override
      public void ready() {
        // A revision that was left out is settled here, once for all chunks.
        long revision = request.getRevision() == 0 ? served.reads().revision() : request.getRevision();
        loop.execute(() -> {
          group = served;
          next = firstQuery(revision);
          readIfReady();
        });
      }

      @Override
      public void refused(Error why) {
        fail(why);
      }
    });
  }

  private RangeQuery firstQuery(long revision) {
    RangeQuery.Content content = request.getCountOnly() ? RangeQuery.Content.COUNT
        : request.getKeysOnly() ? RangeQuery.Content.KEYS : RangeQuery.Content.KEYS_AND_VALUES;
    ByteString afterKey = request.getAfterKey();
    return RangeQuery.of(KeyBounds.of(request.getRange()), revision)
        .after(afterKey.isEmpty() ? null : afterKey, revision)
        .descending(request.getOrder() == RangeRequest.Order.DESCENDING).content(content)
        .filter(new RangeQuery.Filter(request.getMinModRevision(), request.getMaxModRevision(),
            request.getMinCreateRevision(), request.getMaxCreateRevision()));
  }

  private void readIfReady() {
    RangeQuery query = next;
    Group served = group;
    if (query == null || served == null || !observer.isReady() || observer.isCancelled()) {
      return;
    }
    next = null;
    served.onReader(() -> read(served, query.rowsMax(rowsLeft)));
  }

  /** On a reader. */
  private void read(Group served, RangeQuery query) throws IOException {
    try {
      RangeChunk chunk = served.reads().range(query);
      loop.execute(() -> send(served, query, chunk));
    } catch (ReadRefused e) {
      fail(Errors.refused(e));
    }
  }

  private void send(Group served, RangeQuery query, RangeChunk chunk) {
    if (observer.isCancelled()) {
      return;
    }
    count += chunk.count();
    boolean last = chunk.end() != RangeChunk.End.CHUNK_FULL;
    if (!request.getCountOnly()) {
      rowsLeft -= chunk.count();
    }
    RangeResponse.Builder response = RangeResponse.newBuilder().setHeader(served.header())
        .setReadRevision(chunk.revision()).addAllKvs(chunk.kvs());
    if (last) {
      response.setLast(true).setMore(chunk.end() == RangeChunk.End.ROWS_MAX).setCount(count);
    }
    if (last || !chunk.kvs().isEmpty()) {
      observer.onNext(response.build());
    }
    if (last) {
      observer.onCompleted();
      return;
    }
    ByteString goOnBehind = chunk.nextAfter();
    next = query.after(goOnBehind == null ? query.afterKey() : goOnBehind, chunk.revision());
    readIfReady();
  }
}
