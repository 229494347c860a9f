package io.balsa.jepsen.site;

/**
 * One direction between two ends.
 *
 * @param from a node's id, or {@link #CLIENTS}
 * @param to a node's id, or {@link #CLIENTS}
 */
public record Link(String from, String to) {
  /** Every client of the run, those of the run itself excepted: they look at the nodes whatever is cut. */
  public static final String CLIENTS = "clients";

  /** The other direction. */
  public Link back() {
    return new Link(to, from);
  }

  @Override
  public String toString() {
    return from + "->" + to;
  }
}
