package io.balsa.client.session;

import com.google.protobuf.ByteString;
import io.balsa.client.error.BalsaException;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import org.jspecify.annotations.Nullable;

/** A call that remembers how it ended, and that it ended once. */
final class TestCall extends Call {
  static final ByteString KEY = ByteString.copyFromUtf8("k");

  final int index;
  @Nullable
  StreamReply reply;
  @Nullable
  BalsaException error;
  int completions;
  boolean cancelled;

  private TestCall(StreamRequest.Builder operation, boolean mutation, int index, long deadline) {
    super(operation, mutation, deadline);
    this.index = index;
  }

  /** Puts its index under the one key. */
  static TestCall put(int index, long deadline) {
    ByteString value = ByteString.copyFromUtf8(Integer.toString(index));
    return new TestCall(StreamRequest.newBuilder().setPut(PutRequest.newBuilder().setKey(KEY).setValue(value)), true,
        index, deadline);
  }

  static TestCall put(int index) {
    return put(index, Long.MAX_VALUE);
  }

  static TestCall get(int index, long deadline) {
    return new TestCall(StreamRequest.newBuilder().setGet(GetRequest.newBuilder().setKey(KEY)), false, index, deadline);
  }

  static TestCall get(int index) {
    return get(index, Long.MAX_VALUE);
  }

  @Override
  protected void answered(StreamReply theReply) {
    reply = theReply;
    completions++;
  }

  @Override
  protected void failed(BalsaException theError) {
    error = theError;
    completions++;
  }

  @Override
  protected boolean cancelled() {
    return cancelled;
  }
}
