package io.balsa.server.sim;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.StreamRequest;

/** The requests that clients send. */
final class Ops {
  private Ops() {
  }

  static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }

  static StreamRequest.Builder put(String key, long value, boolean prevKv) {
    return StreamRequest.newBuilder().setPut(
        PutRequest.newBuilder().setKey(utf8(key)).setValue(utf8(Long.toString(value))).setPrevKv(prevKv));
  }

  /** With a value that is as long as this, or a little longer. */
  static StreamRequest.Builder longPut(String key, long value, int bytes) {
    String text = value + "/" + "x".repeat(bytes);
    return StreamRequest.newBuilder()
        .setPut(PutRequest.newBuilder().setKey(utf8(key)).setValue(utf8(text)).setPrevKv(true));
  }

  static StreamRequest.Builder delete(String key) {
    return StreamRequest.newBuilder()
        .setDelete(DeleteRequest.newBuilder().setRange(KeyRange.newBuilder().setStart(utf8(key))));
  }

  static StreamRequest.Builder increment(String key) {
    return StreamRequest.newBuilder().setIncr(IncrRequest.newBuilder().setKey(utf8(key)).setDelta(1));
  }

  static StreamRequest.Builder get(String key) {
    return StreamRequest.newBuilder().setGet(GetRequest.newBuilder().setKey(utf8(key)));
  }

  static long number(KeyValue kv) {
    String text = kv.getValue().toStringUtf8();
    int end = text.indexOf('/');
    return Long.parseLong(end < 0 ? text : text.substring(0, end));
  }
}
