package io.balsa.bench.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.balsa.bench.load.LoadClient;
import io.balsa.bench.store.StartedStore.Standing;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * etcd by bare calls of its service {@code etcdserverpb.KV}. The few fields that are needed are written and read by hand, which costs less
 * than a stub would.
 */
final class EtcdClient implements LoadClient {
  private static final String PACKAGE = "etcdserverpb.";
  private static final int KEY = 1;
  /** Of a put its value, of a watch the end of its range. */
  private static final int SECOND = 2;
  private static final int CREATE_REQUEST = 1;
  private static final int EVENTS = 11;
  private static final int KVS = 2;
  /** A node that is starting may take a call and not answer it. */
  private static final int STATUS_SECONDS = 2;
  private static final MethodDescriptor<byte[], byte[]> PUT = method("KV/Put");
  private static final MethodDescriptor<byte[], byte[]> RANGE = method("KV/Range");
  private static final MethodDescriptor<byte[], byte[]> STATUS = method("Maintenance/Status");

  private final Channels channels;

  EtcdClient(String node, int connections) {
    channels = new Channels(node, connections);
  }

  private static MethodDescriptor<byte[], byte[]> method(String name) {
    return RawBytes.method(MethodDescriptor.MethodType.UNARY, PACKAGE + name);
  }

  @Override
  public void put(String key, byte[] value, Answer answer) {
    call(PUT, fields(key, value), answer, false);
  }

  /** Linearizable: that is what a range is by itself. */
  @Override
  public void get(String key, Answer answer) {
    call(RANGE, fields(key, null), answer, true);
  }

  /** Every node serves watches. */
  static Watchers watchers(List<String> nodes, int count, String prefix) {
    byte[] create = fields(prefix, Watchers.endOf(prefix).toByteArray());
    byte[] request = new byte[CodedOutputStream.computeByteArraySize(CREATE_REQUEST, create)];
    write(request, out -> out.writeByteArray(CREATE_REQUEST, create));
    return new Watchers(nodes, count,
        RawBytes.method(MethodDescriptor.MethodType.BIDI_STREAMING, PACKAGE + "Watch/Watch"), request, EVENTS);
  }

  private static byte[] fields(String key, byte @Nullable [] second) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[CodedOutputStream.computeByteArraySize(KEY, name)
        + (second == null ? 0 : CodedOutputStream.computeByteArraySize(SECOND, second))];
    write(message, out -> {
      out.writeByteArray(KEY, name);
      if (second != null) {
        out.writeByteArray(SECOND, second);
      }
    });
    return message;
  }

  private interface Fields {
    void to(CodedOutputStream out) throws IOException;
  }

  private static void write(byte[] message, Fields fields) {
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(message);
      fields.to(out);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void call(MethodDescriptor<byte[], byte[]> method, byte[] request, Answer answer, boolean mustHold) {
    ManagedChannel channel = channels.all().get(channels.turn());
    ClientCall<byte[], byte[]> call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {
      private boolean right = !mustHold;

      @Override
      public void onMessage(byte[] response) {
        right |= hasKey(response);
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        if (!status.isOk()) {
          answer.ended(status.asRuntimeException(trailers));
        } else {
          answer.ended(right ? null : new IllegalStateException("nothing is there"));
        }
      }
    }, new Metadata());
    call.request(1);
    call.sendMessage(request);
    call.halfClose();
  }

  static Standing standing(ManagedChannel channel) {
    try {
      byte[] response = ClientCalls.blockingUnaryCall(channel, STATUS,
          CallOptions.DEFAULT.withDeadlineAfter(STATUS_SECONDS, TimeUnit.SECONDS), new byte[0]);
      ByteString header = ByteString.EMPTY;
      long leader = 0;
      CodedInputStream in = CodedInputStream.newInstance(response);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> header = in.readBytes();
          case 4 -> leader = in.readUInt64();
          default -> in.skipField(tag);
        }
      }
      if (leader == 0) {
        return Standing.NEITHER;
      }
      return leader == memberId(header) ? Standing.LEADS : Standing.FOLLOWS;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (StatusRuntimeException e) {
      return Standing.NEITHER;
    }
  }

  private static long memberId(ByteString header) throws IOException {
    CodedInputStream in = header.newCodedInput();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 2) {
        return in.readUInt64();
      }
      in.skipField(tag);
    }
    return 0;
  }

  private static boolean hasKey(byte[] response) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(response);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == KVS) {
          return true;
        }
        in.skipField(tag);
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    channels.close();
  }
}
