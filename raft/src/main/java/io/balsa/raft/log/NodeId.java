package io.balsa.raft.log;

/**
 * The name of a cluster member, as the operator gave it ({@code --id n1}). Ordered by its text, so that iteration over
 * members is the same on every node and in every run.
 *
 * @param value 1 to 64 characters out of {@code [A-Za-z0-9._-]}
 */
public record NodeId(String value) implements Comparable<NodeId> {
  public NodeId {
    if (value.isEmpty() || value.length() > 64) {
      throw new IllegalArgumentException("a node id has 1 to 64 characters, not " + value.length());
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
          || c == '_' || c == '-';
      if (!allowed) {
        throw new IllegalArgumentException("a node id has only letters, digits, '.', '_' and '-': " + value);
      }
    }
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
