package io.balsa.junit;

/** How the cluster was when a test failed, as something to attach to the failure. It has no trace: it was not thrown anywhere. */
final class ClusterAtFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  ClusterAtFailure(String message) {
    super(message, null, false, false);
  }
}
