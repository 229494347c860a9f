package io.balsa.server.ops;

import java.util.List;

/** Whether a node serves, and if not, why not. */
public interface Readiness {
  /** Empty: it serves. Else one sentence each. */
  List<String> notReadyBecause();
}
