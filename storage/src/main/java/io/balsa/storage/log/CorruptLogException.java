package io.balsa.storage.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The log holds something that no crash of a correct node leaves behind. The node must not vote, acknowledge or serve
 * with it (I3). What was found is never repaired by cutting it off: that could take back what was acknowledged (L2).
 */
public final class CorruptLogException extends IOException {
  private static final long serialVersionUID = 1;

  private final String what;
  private final String where;

  /**
   * @param where the directory, file and offset
   * @param what  which rule is broken, and by what
   */
  public CorruptLogException(String where, String what) {
    this(where, what, null);
  }

  /** With what noticed it. */
  public CorruptLogException(String where, String what, @Nullable Throwable cause) {
    super("corrupt log: " + where + ": " + what
        + ". This node must not take part with it: keep it for analysis, and check the disk", cause);
    this.where = where;
    this.what = what;
  }

  public String what() {
    return what;
  }

  public String where() {
    return where;
  }
}
