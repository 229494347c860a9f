package io.balsa.server.transport;

import io.grpc.Status;
import java.net.ConnectException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what a failed call says about the host at the other end. */
final class ConnectFailures {

  private ConnectFailures() {
  }

  /**
   * Whether the host itself refused the connection (ECONNREFUSED): it is up, and no process listens there. A timeout, an
   * unreachable network, a broken stream or a handshake turned down prove nothing (C4).
   */
  static boolean isRefusedByHost(@Nullable Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      String message = t.getMessage();
      if (t instanceof ConnectException && message != null
          && message.toLowerCase(Locale.ROOT).contains("connection refused")) {
        return true;
      }
    }
    return false;
  }

  /** For people. */
  static String describe(Throwable failure) {
    if (isRefusedByHost(failure)) {
      return "connection refused, no node runs there";
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    Status status = Status.fromThrowable(failure);
    if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
      return "no answer";
    }
    if (failure.getCause() != null) {
      return String.valueOf(root.getMessage() == null ? root : root.getMessage());
    }
    return status.getDescription() == null ? status.getCode().toString()
        : status.getCode() + ", " + status.getDescription();
  }
}
