package io.balsa.server.sim;

import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import org.jspecify.annotations.Nullable;

/** One get as a call of its own, on the connection of its client to one node. In rounds of the client. */
final class UnaryGet implements RpcCall.Listener<GetResponse> {
  private final SdkConnections connections;
  private final String address;
  private final GetRequest request;
  private final SimSdk.GetAnswer answer;
  private @Nullable RpcCall<GetRequest, GetResponse> call;
  private boolean over;

  UnaryGet(SdkConnections connections, String address, GetRequest request, SimSdk.GetAnswer answer) {
    this.connections = connections;
    this.address = address;
    this.request = request;
    this.answer = answer;
  }

  void begin() {
    connections.connect(address, connection -> {
      if (!over) {
        RpcCall<GetRequest, GetResponse> started = RpcCall.start(connection,
            RpcCall.unary((asked, observer) -> connection.services().kv().get(asked, observer)), this);
        call = started;
        started.send(request);
        started.halfClose();
      }
    }, problem -> closed(Errors.unreachable(problem)));
  }

  void giveUp() {
    if (!over) {
      closed(Errors.error(ErrorCode.DEADLINE_EXCEEDED, Errors.DEADLINE_EXCEEDED, "no answer in time"));
      RpcCall<GetRequest, GetResponse> started = call;
      if (started != null) {
        started.cancel();
      }
    }
  }

  @Override
  public void message(GetResponse response) {
    if (!over) {
      over = true;
      answer.ok(response);
    }
  }

  @Override
  public void closed(Error error) {
    if (!over) {
      over = true;
      answer.failed(error);
    }
  }

  @Override
  public void ready() {
    // One message is all there is.
  }
}
