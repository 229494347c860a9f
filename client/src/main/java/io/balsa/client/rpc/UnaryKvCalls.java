package io.balsa.client.rpc;

import io.balsa.client.kv.KvCalls;
import io.balsa.client.kv.RangeChunks;
import io.balsa.client.kv.RangePage;
import io.balsa.proto.v1.DeleteResponse;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.IncrResponse;
import io.balsa.proto.v1.KvGrpc;
import io.balsa.proto.v1.PutResponse;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.ResponseHeader;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Each call an RPC of its own, without a session: at most once. */
final class UnaryKvCalls implements KvCalls {
  private final ClientLoop loop;
  private final LeaderCalls calls;
  private final Duration timeout;

  UnaryKvCalls(ClientLoop loop, LeaderCalls calls, Duration timeout) {
    this.loop = loop;
    this.calls = calls;
    this.timeout = timeout;
  }

  @Override
  public <T> CompletableFuture<T> call(StreamRequest.Builder operation, boolean mutation,
      Function<StreamReply, T> decode) {
    return switch (operation.getOpCase()) {
      case GET -> calls.read(KvGrpc.getGetMethod(), operation.getGet(), GetResponse::getHeader,
          get -> decode.apply(reply(get)), timeout);
      case PUT -> calls.mutate(KvGrpc.getPutMethod(), operation.getPut(),
          put -> decode.apply(reply(put)), timeout);
      case DELETE -> calls.mutate(KvGrpc.getDeleteMethod(), operation.getDelete(),
          delete -> decode.apply(reply(delete)), timeout);
      case INCR -> calls.mutate(KvGrpc.getIncrMethod(), operation.getIncr(),
          incr -> decode.apply(reply(incr)), timeout);
      case TXN -> calls.mutate(KvGrpc.getTxnMethod(), operation.getTxn(),
          txn -> decode.apply(at(txn.getHeader()).setTxn(txn).build()), timeout);
      case COMPACT -> calls.mutate(KvGrpc.getCompactMethod(), operation.getCompact(),
          compact -> decode.apply(at(compact.getHeader()).setCompact(compact).build()), timeout);
      case LEASE_GRANT, LEASE_REVOKE, LOCK_ACQUIRE, LOCK_RELEASE, LOCK_AWAIT, OP_NOT_SET ->
        throw new IllegalArgumentException("no call of its own: " + operation.getOpCase());
    };
  }

  private static StreamReply reply(GetResponse get) {
    return at(get.getHeader()).setGet(get).build();
  }

  private static StreamReply reply(PutResponse put) {
    return at(put.getHeader()).setPut(put).build();
  }

  private static StreamReply reply(DeleteResponse delete) {
    return at(delete.getHeader()).setDelete(delete).build();
  }

  private static StreamReply reply(IncrResponse incr) {
    return at(incr.getHeader()).setIncr(incr).build();
  }

  private static StreamReply.Builder at(ResponseHeader header) {
    return StreamReply.newBuilder().setRevision(header.getRevision());
  }

  @Override
  public CompletableFuture<RangePage> page(RangeRequest request, Function<RangeChunks, RangePage> decode) {
    return SessionKvCalls.page(calls, request, decode, timeout);
  }

  @Override
  public <T> T await(CompletableFuture<T> future, boolean mutation) {
    return Waiting.await(loop, future, mutation);
  }

  @Override
  public KvCalls withTimeout(Duration other) {
    return new UnaryKvCalls(loop, calls, other);
  }
}
