package io.balsa.bench.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Watches of one prefix, each a call of its own, as many at each node as at the others; each counts the events that it is told. Safe for
 * use by any thread.
 */
public final class Watchers implements AutoCloseable {
  private static final int CALLS_A_CONNECTION = 100;
  private static final long LOOK_MILLIS = 10;

  private final List<Channels> nodes = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final byte[] request;
  private final boolean alone;
  private final int eventsField;
  private volatile boolean closing;

  /**
   * None is begun.
   *
   * @param addresses   of the nodes, host:port
   * @param request     the one message that is sent on each call
   * @param eventsField the number of the field of a response that there is once for each event
   */
  Watchers(List<String> addresses, int count, MethodDescriptor<byte[], byte[]> method, byte[] request,
      int eventsField) {
    this.request = request;
    this.alone = method.getType().clientSendsOneMessage();
    this.eventsField = eventsField;
    int ofANode = (count + addresses.size() - 1) / addresses.size();
    for (String address : addresses) {
      nodes.add(new Channels(address, (ofANode + CALLS_A_CONNECTION - 1) / CALLS_A_CONNECTION));
    }
    for (int number = 0; number < count; number++) {
      Channels node = nodes.get(number % nodes.size());
      Watch watch = new Watch(node.all().get(node.turn()).newCall(method, CallOptions.DEFAULT));
      watches.add(watch);
    }
  }

  /** The first key behind all those that begin so. */
  static ByteString endOf(String prefix) {
    byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
    end[end.length - 1]++;
    return ByteString.copyFrom(end);
  }

  /**
   * Begins them, once, and waits until each was told that it has begun.
   *
   * @return whether they were, in that time
   */
  public boolean begin(Duration most) throws InterruptedException {
    watches.forEach(Watch::begin);
    return await(most, watch -> watch.begun);
  }

  /**
   * Waits until each was told of so many events.
   *
   * @return whether they were, in that time
   */
  public boolean awaitEvents(long each, Duration most) throws InterruptedException {
    return await(most, watch -> watch.events.get() >= each);
  }

  private boolean await(Duration most, Predicate<Watch> done) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (!watches.stream().allMatch(done)) {
      if (System.nanoTime() - end >= 0 || failure.get() != null) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return true;
  }

  /** Of the one that was told of fewest. */
  public long fewest() {
    return watches.stream().mapToLong(watch -> watch.events.get()).min().orElse(0);
  }

  /** Of the one that was told of most. */
  public long most() {
    return watches.stream().mapToLong(watch -> watch.events.get()).max().orElse(0);
  }

  /** Why one of them ended; null: none has. */
  public @Nullable Throwable failure() {
    return failure.get();
  }

  @Override
  public void close() {
    closing = true;
    nodes.forEach(Channels::close);
  }

  private final class Watch extends ClientCall.Listener<byte[]> {
    private final ClientCall<byte[], byte[]> call;
    private final AtomicLong events = new AtomicLong();
    private volatile boolean begun;

    Watch(ClientCall<byte[], byte[]> call) {
      this.call = call;
    }

    void begin() {
      call.start(this, new Metadata());
      call.request(1);
      call.sendMessage(request);
      if (alone) {
        call.halfClose();
      }
    }

    @Override
    public void onMessage(byte[] response) {
      events.addAndGet(eventsIn(response));
      begun = true;
      call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (!closing) {
        failure.compareAndSet(null, status.asRuntimeException(trailers));
      }
    }
  }

  private int eventsIn(byte[] response) {
    try {
      int events = 0;
      CodedInputStream in = CodedInputStream.newInstance(response);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == eventsField) {
          events++;
        }
        in.skipField(tag);
      }
      return events;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
