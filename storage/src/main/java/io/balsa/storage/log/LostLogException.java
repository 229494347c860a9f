package io.balsa.storage.log;

import java.io.IOException;

/**
 * There is no log where one must be: the node has voted or acknowledged with it, so it must not begin again with an
 * empty one (I2, I3).
 */
public final class LostLogException extends IOException {
  private static final long serialVersionUID = 1;

  /** @param where the directory of the log */
  public LostLogException(String where) {
    super("lost log: " + where
        + " holds no log although this node has taken part in a cluster");
  }
}
