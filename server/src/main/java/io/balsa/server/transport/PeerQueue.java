package io.balsa.server.transport;

import io.balsa.proto.internal.v1.PeerMessages;
import io.balsa.raft.message.Message;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What waits to be sent to one peer, bounded by bytes and by count. Any thread adds; one thread takes. */
final class PeerQueue {
  private static final int FRAME_BYTES_MAX = 1 << 20;
  private static final int FRAME_MESSAGES_MAX = 256;

  private final long bytesMax;
  private final int messagesMax;
  private final ConcurrentLinkedQueue<Message> messages = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger count = new AtomicInteger();

  PeerQueue(long bytesMax, int messagesMax) {
    this.bytesMax = bytesMax;
    this.messagesMax = messagesMax;
  }

  /** @return false: it is full, and the message is dropped */
  boolean offer(Message message) {
    int size = MessageCodec.sizeBytes(message);
    if (count.incrementAndGet() > messagesMax) {
      count.decrementAndGet();
      return false;
    }
    if (bytes.addAndGet(size) > bytesMax) {
      bytes.addAndGet(-size);
      count.decrementAndGet();
      return false;
    }
    messages.add(message);
    return true;
  }

  /** As many messages as fit in one frame, at least one; null when there is none. */
  @Nullable
  PeerMessages takeFrame(int groupId) {
    PeerMessages.Builder frame = null;
    int frameBytes = 0;
    Message message;
    while ((message = messages.peek()) != null) {
      int size = MessageCodec.sizeBytes(message);
      if (frame != null && (frameBytes + size > FRAME_BYTES_MAX || frame.getMessagesCount() >= FRAME_MESSAGES_MAX)) {
        break;
      }
      messages.remove();
      bytes.addAndGet(-size);
      count.decrementAndGet();
      frame = frame == null ? PeerMessages.newBuilder().setGroupId(groupId) : frame;
      frame.addMessages(MessageCodec.encode(message));
      frameBytes += size;
    }
    return frame == null ? null : frame.build();
  }

  /** What was meant for a connection that is gone is late by the time of the next one. */
  void clear() {
    Message message;
    while ((message = messages.poll()) != null) {
      bytes.addAndGet(-MessageCodec.sizeBytes(message));
      count.decrementAndGet();
    }
  }

  long bytes() {
    return bytes.get();
  }
}
