package io.balsa.cli;

/** Ends a verb with one line on standard error and an exit status. */
public final class VerbFailure extends RuntimeException {
  private final int status;

  private VerbFailure(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** Status 1: refused or not found. The message says why and what to do. */
  public static VerbFailure refused(String message) {
    return new VerbFailure(ExitStatus.REFUSED, message);
  }

  /** Status 2: the arguments make no sense together. */
  public static VerbFailure usage(String message) {
    return new VerbFailure(ExitStatus.USAGE, message);
  }

  /** Status 3: no node could serve the call, or its outcome is unknown. */
  public static VerbFailure unavailable(String message) {
    return new VerbFailure(ExitStatus.UNAVAILABLE, message);
  }

  /** A status of the verb's own. */
  static VerbFailure ended(int status, String message) {
    return new VerbFailure(status, message);
  }

  public int status() {
    return status;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
