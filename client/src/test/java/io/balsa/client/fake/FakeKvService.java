package io.balsa.client.fake;

import io.balsa.proto.v1.CompactRequest;
import io.balsa.proto.v1.CompactResponse;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.DeleteResponse;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.IncrResponse;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.KvGrpc;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.PutResponse;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.RangeResponse;
import io.balsa.proto.v1.ResponseHeader;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.proto.v1.TxnResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Function;

/** Unary calls and ranges of a fake node. */
final class FakeKvService extends KvGrpc.KvImplBase {
  private static final int CHUNK_ROWS = 7;

  private final FakeCluster cluster;
  private final FakeNode node;

  FakeKvService(FakeCluster cluster, FakeNode node) {
    this.cluster = cluster;
    this.node = node;
  }

  private <T> void answer(StreamRequest.Builder request, Function<StreamReply, T> result, StreamObserver<T> answer) {
    if (node.isSilent()) {
      return;
    }
    boolean read = request.getOpCase() == StreamRequest.OpCase.GET;
    Error refusal = read ? node.refusesRead() : node.leads() ? null : node.notLeader();
    if (refusal != null) {
      answer.onError(FakeNode.status(refusal));
      return;
    }
    StreamReply reply = cluster.store().execute(request.build());
    if (reply.hasError()) {
      answer.onError(FakeNode.status(reply.getError()));
    } else if (node.answersPuts() || request.getOpCase() != StreamRequest.OpCase.PUT) {
      answer.onNext(result.apply(reply));
      answer.onCompleted();
    }
  }

  private ResponseHeader header(StreamReply reply) {
    return node.header().setRevision(reply.getRevision()).build();
  }

  @Override
  public void get(GetRequest request, StreamObserver<GetResponse> answer) {
    answer(StreamRequest.newBuilder().setGet(request),
        reply -> reply.getGet().toBuilder().setHeader(header(reply)).build(), answer);
  }

  @Override
  public void put(PutRequest request, StreamObserver<PutResponse> answer) {
    if (node.leads()) {
      node.countUnaryPut();
    }
    answer(StreamRequest.newBuilder().setPut(request),
        reply -> reply.getPut().toBuilder().setHeader(header(reply)).build(), answer);
  }

  @Override
  public void delete(DeleteRequest request, StreamObserver<DeleteResponse> answer) {
    answer(StreamRequest.newBuilder().setDelete(request), StreamReply::getDelete, answer);
  }

  @Override
  public void incr(IncrRequest request, StreamObserver<IncrResponse> answer) {
    answer(StreamRequest.newBuilder().setIncr(request), StreamReply::getIncr, answer);
  }

  @Override
  public void txn(TxnRequest request, StreamObserver<TxnResponse> answer) {
    answer(StreamRequest.newBuilder().setTxn(request),
        reply -> reply.getTxn().toBuilder().setHeader(header(reply)).build(), answer);
  }

  @Override
  public void compact(CompactRequest request, StreamObserver<CompactResponse> answer) {
    answer(StreamRequest.newBuilder().setCompact(request),
        reply -> reply.getCompact().toBuilder().setHeader(header(reply)).build(), answer);
  }

  @Override
  public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
    Error refusal = node.refusesRead();
    if (refusal != null) {
      answer.onError(FakeNode.status(refusal));
      return;
    }
    List<KeyValue> rows;
    try {
      rows = cluster.store().rows(request);
    } catch (ModelKeys.Refused e) {
      answer.onError(FakeNode.status(e.error));
      return;
    }
    long revision = request.getRevision() == 0 ? cluster.store().revision() : request.getRevision();
    if (request.getCountOnly()) {
      answer.onNext(RangeResponse.newBuilder().setHeader(node.header()).setLast(true).setCount(rows.size()).build());
      answer.onCompleted();
      return;
    }
    int limit = request.getLimit() == 0 ? rows.size() : (int) Math.min(rows.size(), request.getLimit());
    for (int from = 0; from < limit; from += CHUNK_ROWS) {
      answer.onNext(RangeResponse.newBuilder().setHeader(node.header()).setReadRevision(revision)
          .addAllKvs(rows.subList(from, Math.min(limit, from + CHUNK_ROWS))).build());
    }
    answer.onNext(RangeResponse.newBuilder().setHeader(node.header()).setReadRevision(revision).setLast(true)
        .setMore(limit < rows.size()).build());
    answer.onCompleted();
  }
}
