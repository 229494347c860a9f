package io.balsa.jepsen.nemesis;

/** An action has found that this target does not allow it. */
final class CannotBeDone extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CannotBeDone(String why) {
    super(why);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
