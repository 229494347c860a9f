package io.balsa.client.fake;

import com.google.protobuf.ByteString;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.proto.v1.DeleteResponse;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.IncrResponse;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.PutResponse;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The replicated state as a client sees it: keys, and sessions by S1 to S3. One for all nodes of a fake cluster. */
public final class ModelStore {
  /** Every effect in the order applied, for tests that count. */
  public record Applied(long sessionId, long sequence, StreamRequest request) {}

  private static final class Session {
    long last;
    boolean expired;
    final TreeMap<Long, StreamReply> replies = new TreeMap<>();
  }

  private final TreeMap<ByteString, KeyValue> keys = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
  private final Map<Long, Session> sessions = new HashMap<>();
  private final List<Applied> applied = new ArrayList<>();
  private long revision = 1;
  private long nextSession = 1;

  public synchronized long open() {
    sessions.put(nextSession, new Session());
    return nextSession++;
  }

  public synchronized void expire(long sessionId) {
    sessions.get(sessionId).expired = true;
  }

  public synchronized boolean lives(long sessionId) {
    Session session = sessions.get(sessionId);
    return session != null && !session.expired;
  }

  public synchronized List<Long> liveSessions() {
    return sessions.keySet().stream().filter(this::lives).toList();
  }

  public synchronized long last(long sessionId) {
    return sessions.get(sessionId).last;
  }

  /** The session of the newest mutation. */
  public synchronized long sessionInUse() {
    return applied.get(applied.size() - 1).sessionId();
  }

  public synchronized List<Applied> applied() {
    return List.copyOf(applied);
  }

  public synchronized long revision() {
    return revision;
  }

  /** S3 at apply; the caller keeps S2, the order at the door. */
  public synchronized StreamReply apply(long sessionId, long lowestAwaited, StreamRequest request) {
    Session session = sessions.get(sessionId);
    session.replies.headMap(lowestAwaited).clear();
    long sequence = request.getSequence();
    if (sequence <= session.last) {
      StreamReply stored = session.replies.get(sequence);
      return stored != null
          ? stored
          : refused(request, Errors.error(ErrorCode.FAILED_PRECONDITION, Errors.REPLY_DROPPED, "acknowledged"));
    }
    if (sequence != session.last + 1) {
      throw new IllegalStateException("a gap at the door: " + sequence + " after " + session.last);
    }
    session.last = sequence;
    applied.add(new Applied(sessionId, sequence, request));
    StreamReply reply = execute(request);
    session.replies.put(sequence, reply);
    return reply;
  }

  /** A command without a session, or a read. */
  public synchronized StreamReply execute(StreamRequest request) {
    StreamReply.Builder reply = StreamReply.newBuilder().setSequence(request.getSequence())
        .setReadId(request.getReadId());
    switch (request.getOpCase()) {
      case PUT -> reply.setPut(put(request.getPut()));
      case DELETE -> reply.setDelete(delete(request.getDelete().getRange()));
      case INCR -> {
        Object result = incr(request.getIncr());
        if (result instanceof Error error) {
          reply.setError(error);
        } else {
          reply.setIncr((IncrResponse) result);
        }
      }
      case GET -> {
        KeyValue kv = keys.get(request.getGet().getKey());
        reply.setGet(kv == null ? GetResponse.getDefaultInstance() : GetResponse.newBuilder().setKv(kv).build());
      }
      default -> throw new IllegalArgumentException("no operation: " + request.getOpCase());
    }
    return reply.setRevision(revision).build();
  }

  public synchronized List<KeyValue> range(ByteString start, ByteString end) {
    return List.copyOf(view(start, end).values());
  }

  private SortedMap<ByteString, KeyValue> view(ByteString start, ByteString end) {
    if (end.isEmpty()) {
      return keys.subMap(start, true, start, true);
    }
    boolean open = end.size() == 1 && end.byteAt(0) == 0;
    return open ? keys.tailMap(start) : keys.subMap(start, end);
  }

  private PutResponse put(PutRequest put) {
    KeyValue before = keys.get(put.getKey());
    set(put.getKey(), put.getValue());
    PutResponse.Builder response = PutResponse.newBuilder();
    if (put.getPrevKv() && before != null) {
      response.setPrevKv(before);
    }
    return response.build();
  }

  private void set(ByteString key, ByteString value) {
    KeyValue before = keys.get(key);
    revision++;
    keys.put(key, KeyValue.newBuilder().setKey(key).setValue(value).setModRevision(revision)
        .setCreateRevision(before == null ? revision : before.getCreateRevision())
        .setVersion(before == null ? 1 : before.getVersion() + 1).build());
  }

  private DeleteResponse delete(io.balsa.proto.v1.KeyRange range) {
    SortedMap<ByteString, KeyValue> view = view(range.getStart(), range.getEnd());
    int deleted = view.size();
    view.clear();
    revision += deleted == 0 ? 0 : 1;
    return DeleteResponse.newBuilder().setDeleted(deleted).build();
  }

  private Object incr(IncrRequest incr) {
    KeyValue before = keys.get(incr.getKey());
    String text = before == null ? Long.toString(incr.getInitial()) : before.getValue().toStringUtf8();
    if (!text.matches("0|-?[1-9][0-9]*")) {
      return Errors.error(ErrorCode.FAILED_PRECONDITION, "NOT_A_NUMBER", "the key holds no number: " + text);
    }
    long sum = Long.parseLong(text) + incr.getDelta();
    set(incr.getKey(), ByteString.copyFromUtf8(Long.toString(sum)));
    return IncrResponse.newBuilder().setValue(sum).build();
  }

  private static StreamReply refused(StreamRequest request, Error error) {
    return StreamReply.newBuilder().setSequence(request.getSequence()).setReadId(request.getReadId()).setError(error)
        .build();
  }
}
