package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.node.ReadCallback;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.state.GetResult;
import io.balsa.storage.state.SessionCallback;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The reads of one stream (S5): served when a read index asked for after they came is applied, and the session has come as far
 * as each one's {@code after}. All reads of a frame share one read index, but for those that may be stale and need none (R1). A stream
 * is its leader's: so are its reads.
 */
final class StreamReads {

  /** Who hears of the outcome. Any thread. */
  interface Outcome {
    void answered(List<StreamReply> replies);

    /** Not served, in no way: the stream decides. */
    void rejected(Rejection why, List<StreamRequest> reads);

    void sessionExpired();
  }

  private final Group group;
  private final RequestChecks checks;
  private final Caller caller;
  private final long sessionId;
  private final Outcome outcome;
  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  StreamReads(Group group, RequestChecks checks, Caller caller, long sessionId, Outcome outcome) {
    this.group = group;
    this.checks = checks;
    this.caller = caller;
    this.sessionId = sessionId;
    this.outcome = outcome;
  }

  void serve(List<StreamRequest> reads) {
    List<StreamRequest> atOnce = new ArrayList<>();
    List<StreamRequest> asked = new ArrayList<>();
    for (StreamRequest read : reads) {
      GetRequest get = read.getGet();
      boolean fresh = group.fresh().isServedAtOnce(get.getConsistency(), get.getRevision());
      (fresh ? atOnce : asked).add(read);
    }
    awaitSession(atOnce);
    if (asked.isEmpty()) {
      return;
    }
    group.fresh().readLeading(new ReadCallback() {
      @Override
      public void ready(long readIndex) {
        awaitSession(asked);
      }

      @Override
      public void rejected(Rejection why) {
        outcome.rejected(why, asked);
      }
    });
  }

  private void awaitSession(List<StreamRequest> reads) {
    Map<Long, List<StreamRequest>> byAfter = new TreeMap<>();
    for (StreamRequest read : reads) {
      byAfter.computeIfAbsent(read.getAfter(), after -> new ArrayList<>()).add(read);
    }
    byAfter.forEach((after, same) -> {
      Wait wait = new Wait(same);
      waits.add(wait);
      wait.giveUp = group.reads().awaitSession(sessionId, after, wait);
      if (wait.over || closed) {
        waits.remove(wait);
        wait.giveUp.run();
      }
    });
  }

  /** A read ends with its stream (S5). Any thread. */
  void close() {
    closed = true;
    for (Wait wait : waits) {
      Runnable giveUp = wait.giveUp;
      if (giveUp != null) {
        giveUp.run();
      }
    }
  }

  /** Reads with the same {@code after}. */
  private final class Wait implements SessionCallback {
    private final List<StreamRequest> same;
    private volatile @Nullable Runnable giveUp;
    private volatile boolean over;

    Wait(List<StreamRequest> same) {
      this.same = same;
    }

    @Override
    public void reached() {
      end();
      group.onReader(() -> read(same));
    }

    @Override
    public void expired() {
      end();
      outcome.sessionExpired();
    }

    private void end() {
      over = true;
      waits.remove(this);
    }
  }

  private void read(List<StreamRequest> reads) throws IOException {
    List<StreamReply> replies = new ArrayList<>(reads.size());
    for (StreamRequest read : reads) {
      replies.add(read(read));
    }
    outcome.answered(replies);
  }

  private StreamReply read(StreamRequest read) throws IOException {
    StreamReply.Builder reply = StreamReply.newBuilder().setReadId(read.getReadId());
    GetRequest get = read.getGet();
    Error wrong = FieldChecks.first(checks.check(caller, get), group.fresh().tooOld(get.getConsistency()));
    if (wrong != null) {
      return reply.setError(wrong).build();
    }
    try {
      GetResult result = group.reads().get(get.getKey().toByteArray(), get.getRevision());
      reply.setRevision(result.revision()).setGet(response(result));
    } catch (ReadRefused e) {
      reply.setError(Errors.refused(e));
    }
    return reply.build();
  }

  static GetResponse.Builder response(GetResult result) {
    GetResponse.Builder response = GetResponse.newBuilder();
    if (result.kv() != null) {
      response.setKv(result.kv());
    }
    return response;
  }
}
