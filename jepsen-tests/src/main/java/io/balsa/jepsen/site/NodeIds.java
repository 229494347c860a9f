package io.balsa.jepsen.site;

/** The names of nodes, as a cluster gives them: n and a number from 1. */
final class NodeIds {
  private NodeIds() {}

  static String of(int number) {
    return "n" + number;
  }

  static int number(String id) {
    if (!id.matches("n[1-9]\\d{0,3}")) {
      throw new IllegalArgumentException("\"" + id + "\" is no end of a link: n1, n2, ..., or " + Link.CLIENTS);
    }
    return Integer.parseInt(id.substring(1));
  }
}
