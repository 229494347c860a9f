package io.balsa.server.grpc;

import io.balsa.proto.v1.CompactRequest;
import io.balsa.proto.v1.CompactResponse;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.DeleteResponse;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.IncrResponse;
import io.balsa.proto.v1.KvGrpc;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.PutResponse;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.RangeResponse;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.proto.v1.TxnResponse;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.state.GetResult;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes of keys as unary calls. Follow {@link #put} for a write: checks, {@link Consensus#propose}, and the answer when
 * the entry is applied; {@link #get} for a read: {@link FreshReads}, then the readers. {@link UnaryCalls} has the rest of both.
 */
public final class KvService extends KvGrpc.KvImplBase {
  private final Serving serving;
  private final RequestChecks checks;
  private final Supplier<Loop> loops;
  private final UnaryCalls calls;

  KvService(Serving serving, RequestChecks checks, Supplier<Loop> loops) {
    this.serving = serving;
    this.checks = checks;
    this.loops = loops;
    this.calls = new UnaryCalls(serving, loops);
  }

  @Override
  public void put(PutRequest request, StreamObserver<PutResponse> observer) {
    calls.mutate(checks.check(CallerInterceptor.current(), request), request.getSession(), () -> Commands.put(request),
        observer,
        (group, result) -> result.getPut().toBuilder().setHeader(group.header(result.getRevision())).build());
  }

  @Override
  public void delete(DeleteRequest request, StreamObserver<DeleteResponse> observer) {
    calls.mutate(checks.check(CallerInterceptor.current(), request), request.getSession(),
        () -> Commands.delete(request), observer,
        (group, result) -> result.getDelete().toBuilder().setHeader(group.header(result.getRevision())).build());
  }

  @Override
  public void incr(IncrRequest request, StreamObserver<IncrResponse> observer) {
    calls.mutate(checks.check(CallerInterceptor.current(), request), request.getSession(), () -> Commands.incr(request),
        observer,
        (group, result) -> result.getIncr().toBuilder().setHeader(group.header(result.getRevision())).build());
  }

  @Override
  public void txn(TxnRequest request, StreamObserver<TxnResponse> observer) {
    calls.mutate(checks.check(CallerInterceptor.current(), request), request.getSession(), () -> Commands.txn(request),
        observer,
        (group, result) -> result.getTxn().toBuilder().setHeader(group.header(result.getRevision())).build());
  }

  @Override
  public void compact(CompactRequest request, StreamObserver<CompactResponse> observer) {
    calls.mutate(checks.check(CallerInterceptor.current(), request), request.getSession(),
        () -> Commands.compact(request), observer,
        (group, result) -> result.getCompact().toBuilder().setHeader(group.header(result.getRevision())).build());
  }

  @Override
  public void get(GetRequest request, StreamObserver<GetResponse> observer) {
    calls.read(checks.check(CallerInterceptor.current(), request), request.getConsistency(), request.getRevision(),
        observer, new GetReading(request));
  }

  /** Nearly always of a key that was asked for lately: then its value lies in memory. */
  private record GetReading(GetRequest request) implements UnaryCalls.Reading<GetResponse> {
    @Override
    public @Nullable GetResponse readIfCached(Group group) {
      GetResult result = request.getRevision() == 0 ? group.reads().getIfCached(request.getKey().toByteArray()) : null;
      return result == null ? null : response(group, result);
    }

    @Override
    public Function<Group, GetResponse> read(Group group) throws IOException, ReadRefused {
      GetResult result = group.reads().get(request.getKey().toByteArray(), request.getRevision());
      return served -> response(served, result);
    }

    private static GetResponse response(Group group, GetResult result) {
      return StreamReads.response(result).setHeader(group.header(result.revision())).build();
    }
  }

  @Override
  public void range(RangeRequest request, StreamObserver<RangeResponse> observer) {
    RangeCall call = new RangeCall(request, (ServerCallStreamObserver<RangeResponse>) observer, loops.get());
    Error wrong = checks.check(CallerInterceptor.current(), request);
    Group group = serving.group();
    if (wrong != null) {
      call.fail(wrong);
    } else if (group == null) {
      call.fail(serving.notFormed());
    } else {
      call.begin(group);
    }
  }
}
