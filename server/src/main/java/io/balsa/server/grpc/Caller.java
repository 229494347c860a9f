package io.balsa.server.grpc;

/** Who makes a call. Everybody is anonymous until there is authentication; then it is decided in one place. */
public record Caller(String principal) {
  public static final Caller ANONYMOUS = new Caller("");
}
