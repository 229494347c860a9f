package io.balsa.jepsen.checker.append;

/** What can be wrong with a history. */
public enum Anomaly {
  /** Two reads of a key, none of which is a beginning of the other. */
  INCOMPATIBLE_ORDER("incompatible order"),
  /** An element that is in a list twice. */
  DUPLICATE_ELEMENT("duplicate element"),
  /** An element that nobody appended. */
  UNWRITTEN_ELEMENT("unwritten element"),
  /** A read that does not agree with what the same transaction had read and appended before. */
  INTERNAL("internal inconsistency"),
  /** G1a: an element of a transaction that failed was read. */
  ABORTED_READ("G1a (aborted read)"),
  /** An append that took effect went on from one that failed. */
  DIRTY_UPDATE("dirty update"),
  /** G1b: a transaction was seen half done. */
  INTERMEDIATE_READ("G1b (intermediate read)"),
  /** An acknowledged element is in no read, though reads began later. */
  LOST_APPEND("lost append"),
  /** A cycle of ww. */
  G0("G0"),
  /** A cycle of ww and at least one wr. */
  G1C("G1c"),
  /** A cycle with exactly one rw. */
  G_SINGLE("G-single"),
  /** A cycle with more than one rw. */
  G2("G2"),
  /** {@link #G0}, and it takes the clock on the wall to see it. */
  G0_REALTIME("G0-realtime"),
  /** {@link #G1C}, and it takes the clock on the wall to see it. */
  G1C_REALTIME("G1c-realtime"),
  /** {@link #G_SINGLE}, and it takes the clock on the wall to see it. */
  G_SINGLE_REALTIME("G-single-realtime"),
  /** {@link #G2}, and it takes the clock on the wall to see it. */
  G2_REALTIME("G2-realtime");

  private final String text;

  Anomaly(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
