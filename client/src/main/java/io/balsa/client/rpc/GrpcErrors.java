package io.balsa.client.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.balsa.proto.v1.Error;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gRPC status with its ErrorInfo as the error that session streams carry, so that one table serves both. */
final class GrpcErrors {
  private static final Logger log = LoggerFactory.getLogger(GrpcErrors.class);
  private static final String DOMAIN = "balsa";

  private GrpcErrors() {}

  /** Without an ErrorInfo of the domain `balsa` the reason is empty: not a node's word, but the transport's. */
  static Error error(Status status, @Nullable Metadata trailers) {
    String description = status.getDescription();
    Throwable cause = status.getCause();
    String message = description != null ? description : cause != null ? String.valueOf(cause.getMessage()) : "";
    Error.Builder error = Error.newBuilder().setCode(status.getCode().value())
        .setMessage(message.isEmpty() ? status.getCode().name() : message);
    ErrorInfo info = info(status, trailers);
    if (info != null) {
      error.setReason(info.getReason());
      info.getMetadataMap()
          .forEach((key, value) -> error.addDetails(Error.Detail.newBuilder().setKey(key).setValue(value)));
    }
    return error.build();
  }

  private static @Nullable ErrorInfo info(Status status, @Nullable Metadata trailers) {
    com.google.rpc.Status rich = trailers == null ? null : StatusProto.fromStatusAndTrailers(status, trailers);
    if (rich == null) {
      return null;
    }
    for (Any detail : rich.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          ErrorInfo info = detail.unpack(ErrorInfo.class);
          if (info.getDomain().equals(DOMAIN)) {
            return info;
          }
        } catch (InvalidProtocolBufferException e) {
          log.warn("the server sent an ErrorInfo that cannot be read", e);
        }
      }
    }
    return null;
  }
}
