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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * etcd by bare calls of its service {@code etcdserverpb.KV}. The few fields that are needed are written and read by hand, which costs less
 * than a stub would.
 */
final class EtcdClient implements LoadClient {
  private static final int KEY = 1;
  private static final int VALUE = 2;
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
    return MethodDescriptor.<byte[], byte[]>newBuilder().setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName("etcdserverpb." + name).setRequestMarshaller(new Bytes()).setResponseMarshaller(new Bytes())
        .build();
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

  private static byte[] fields(String key, byte @Nullable [] value) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[CodedOutputStream.computeByteArraySize(KEY, name)
        + (value == null ? 0 : CodedOutputStream.computeByteArraySize(VALUE, value))];
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(message);
      out.writeByteArray(KEY, name);
      if (value != null) {
        out.writeByteArray(VALUE, value);
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return message;
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

  /** Messages as they are on the wire. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
