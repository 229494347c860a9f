package io.balsa.jepsen.checker.append;

/**
 * One thing that is wrong.
 *
 * @param text
 *          for a person: which transactions show it, and how
 */
public record Finding(Anomaly anomaly, String text) {
  @Override
  public String toString() {
    return anomaly + ": " + text;
  }
}
