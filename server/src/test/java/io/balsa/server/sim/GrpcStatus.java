package io.balsa.server.sim;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.balsa.proto.v1.Error;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;

/** What the SDK's transport makes of a call's status: the error with the reason that a node gave. */
final class GrpcStatus {
  private GrpcStatus() {
  }

  static Error error(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    Error.Builder error = Error.newBuilder().setCode(status.getCode().value())
        .setMessage(String.valueOf(status.getDescription()));
    com.google.rpc.Status rich = StatusProto.fromThrowable(failure);
    if (rich != null) {
      for (Any detail : rich.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          add(detail, error);
        }
      }
    }
    return error.build();
  }

  private static void add(Any detail, Error.Builder error) {
    try {
      ErrorInfo info = detail.unpack(ErrorInfo.class);
      error.setReason(info.getReason());
      info.getMetadataMap()
          .forEach((key, value) -> error.addDetails(Error.Detail.newBuilder().setKey(key).setValue(value)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
