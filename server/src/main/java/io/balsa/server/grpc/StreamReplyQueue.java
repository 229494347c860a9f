package io.balsa.server.grpc;

import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.ResponseHeader;
import io.balsa.proto.v1.ServerFrame;
import io.balsa.proto.v1.StreamReplies;
import io.balsa.proto.v1.StreamReply;
import java.util.ArrayDeque;
import java.util.function.Supplier;

/** Replies on their way out of one stream, put together into frames. On the stream's loop. */
final class StreamReplyQueue {
  private static final int FRAME_BYTES = 256 << 10;

  private final ArrayDeque<StreamReply> replies = new ArrayDeque<>();
  private long bytes;

  void add(StreamReply reply) {
    replies.add(reply);
    bytes += reply.getSerializedSize();
  }

  long bytes() {
    return bytes;
  }

  /** Sends whole frames while the wire takes them; all of it if {@code last}. */
  void flush(StreamWire wire, Supplier<ResponseHeader> header, boolean last) {
    while (!replies.isEmpty() && (last || wire.isReady())) {
      StreamReplies.Builder frame = StreamReplies.newBuilder().setHeader(header.get());
      int frameBytes = 0;
      while (!replies.isEmpty() && frameBytes < FRAME_BYTES) {
        StreamReply reply = replies.remove();
        frame.addReplies(reply);
        frameBytes += reply.getSerializedSize();
      }
      bytes -= frameBytes;
      wire.send(ServerFrame.newBuilder().setReplies(frame).build());
    }
  }

  static StreamReply reply(long sequence, Result result) {
    StreamReply.Builder reply = StreamReply.newBuilder().setSequence(sequence).setRevision(result.getRevision());
    switch (result.getKindCase()) {
      case PUT -> reply.setPut(result.getPut());
      case DELETE -> reply.setDelete(result.getDelete());
      case INCR -> reply.setIncr(result.getIncr());
      case TXN -> reply.setTxn(result.getTxn());
      case LEASE_GRANT -> reply.setLeaseGrant(result.getLeaseGrant());
      case LEASE_REVOKE -> reply.setLeaseRevoke(result.getLeaseRevoke());
      case LOCK_ACQUIRE -> reply.setLockAcquire(result.getLockAcquire());
      case LOCK_RELEASE -> reply.setLockRelease(result.getLockRelease());
      case COMPACT -> reply.setCompact(result.getCompact());
      case ERROR -> reply.setError(result.getError());
      default -> reply.setError(Errors.error(Reason.INTERNAL, "no stream command gives " + result.getKindCase()));
    }
    return reply.build();
  }

  static StreamReply error(long sequence, Error error) {
    return StreamReply.newBuilder().setSequence(sequence).setError(error).build();
  }
}
