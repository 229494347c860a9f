package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.WatchGrpc;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.proto.v1.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One watch over a channel, which takes a message only when the test says so; and checks what every watch is promised. */
final class WatchClient {
  final List<WatchResponse> responses = new ArrayList<>();
  final List<Event> events = new ArrayList<>();
  private final ClientCall<WatchRequest, WatchResponse> call;
  private long through = Long.MIN_VALUE;
  @Nullable
  StatusRuntimeException ended;

  /** @param credit how many messages it takes at first */
  WatchClient(ManagedChannel channel, WatchRequest request, int credit) {
    call = channel.newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {
      @Override
      public void onMessage(WatchResponse response) {
        take(response);
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        ended = status.asRuntimeException(trailers);
      }
    }, new Metadata());
    if (credit > 0) {
      call.request(credit);
    }
    call.sendMessage(request);
    call.halfClose();
  }

  void request(int messages) {
    call.request(messages);
  }

  void cancel() {
    call.cancel("the test is done", null);
  }

  /** R3: in order, each once, and never behind what was said to be complete. */
  private void take(WatchResponse response) {
    long revision = events.isEmpty() ? 0 : events.getLast().getKv().getModRevision();
    for (Event event : response.getEventsList()) {
      assertThat(event.getKv().getModRevision()).as("in order").isGreaterThanOrEqualTo(revision);
      assertThat(event.getKv().getModRevision()).as("behind what was complete").isGreaterThan(through);
      revision = event.getKv().getModRevision();
    }
    assertThat(response.getRevision()).as("it never goes back").isGreaterThanOrEqualTo(through);
    through = response.getRevision();
    if (!response.getMore() && response.getEventsCount() > 0) {
      assertThat(through).as("whole revisions").isGreaterThanOrEqualTo(revision);
    }
    responses.add(response);
    events.addAll(response.getEventsList());
  }

  long through() {
    return through;
  }

  /** Each event as a text: revision, + or -, key, and = with its value. */
  List<String> texts() {
    return events.stream().map(WatchClient::text).toList();
  }

  static String text(Event event) {
    String previous = event.hasPrevKv() ? " was " + event.getPrevKv().getValue().toStringUtf8() : "";
    String key = event.getKv().getKey().toStringUtf8();
    return event.getKv().getModRevision() + (event.getType() == Event.Type.DELETE
        ? " -" + key
        : " +" + key + "=" + event.getKv().getValue().toStringUtf8()) + previous;
  }
}
