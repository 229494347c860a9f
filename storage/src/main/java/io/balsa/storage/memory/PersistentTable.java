package io.balsa.storage.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An immutable ordered map of byte arrays: a change gives a new table that shares all but the path to the changed row. A treap
 * whose priorities are hashes of the keys, so that its shape depends on its content alone and nothing is random.
 */
final class PersistentTable {
  static final PersistentTable EMPTY = new PersistentTable(null);

  private final @Nullable Node root;

  private PersistentTable(@Nullable Node root) {
    this.root = root;
  }

  static final class Node {
    final byte[] key;
    final byte[] value;
    private final int priority;
    private final @Nullable Node left;
    private final @Nullable Node right;

    Node(byte[] key, byte[] value, int priority, @Nullable Node left, @Nullable Node right) {
      this.key = key;
      this.value = value;
      this.priority = priority;
      this.left = left;
      this.right = right;
    }

    private Node withChildren(@Nullable Node newLeft, @Nullable Node newRight) {
      return new Node(key, value, priority, newLeft, newRight);
    }
  }

  byte @Nullable [] get(byte[] key) {
    Node node = root;
    while (node != null) {
      int order = Arrays.compareUnsigned(key, node.key);
      if (order == 0) {
        return node.value;
      }
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }

  PersistentTable put(byte[] key, byte[] value) {
    return new PersistentTable(insert(root, new Node(key, value, priority(key), null, null)));
  }

  PersistentTable delete(byte[] key) {
    return get(key) == null ? this : new PersistentTable(remove(root, key));
  }

  /** The first row whose key is at or behind {@code key}, or behind it if {@code strictly}. */
  @Nullable
  Node atOrAfter(byte[] key, boolean strictly) {
    Node best = null;
    Node node = root;
    while (node != null) {
      int order = Arrays.compareUnsigned(key, node.key);
      if (order < 0 || (order == 0 && !strictly)) {
        best = node;
        node = node.left;
      } else {
        node = node.right;
      }
    }
    return best;
  }

  /** The last row whose key is before {@code key}; null as key: the last row. */
  @Nullable
  Node before(byte @Nullable [] key) {
    Node best = null;
    Node node = root;
    while (node != null) {
      if (key == null || Arrays.compareUnsigned(key, node.key) > 0) {
        best = node;
        node = node.right;
      } else {
        node = node.left;
      }
    }
    return best;
  }

  private static Node insert(@Nullable Node node, Node added) {
    if (node == null) {
      return added;
    }
    // A node of higher priority stands above: then the key cannot stand below this one, for its priority is always the same.
    if (added.priority > node.priority) {
      return added.withChildren(part(node, added.key, true), part(node, added.key, false));
    }
    int order = Arrays.compareUnsigned(added.key, node.key);
    if (order == 0) {
      return added.withChildren(node.left, node.right);
    }
    return order < 0
        ? node.withChildren(insert(node.left, added), node.right)
        : node.withChildren(node.left, insert(node.right, added));
  }

  /** The rows of a subtree before {@code key}, or those behind it. */
  private static @Nullable Node part(@Nullable Node node, byte[] key, boolean before) {
    if (node == null) {
      return null;
    }
    boolean nodeIsBefore = Arrays.compareUnsigned(node.key, key) < 0;
    if (before) {
      return nodeIsBefore ? node.withChildren(node.left, part(node.right, key, true)) : part(node.left, key, true);
    }
    return nodeIsBefore ? part(node.right, key, false) : node.withChildren(part(node.left, key, false), node.right);
  }

  private static @Nullable Node remove(@Nullable Node node, byte[] key) {
    if (node == null) {
      return null;
    }
    int order = Arrays.compareUnsigned(key, node.key);
    if (order == 0) {
      return join(node.left, node.right);
    }
    return order < 0
        ? node.withChildren(remove(node.left, key), node.right)
        : node.withChildren(node.left, remove(node.right, key));
  }

  private static @Nullable Node join(@Nullable Node left, @Nullable Node right) {
    if (left == null) {
      return right;
    }
    if (right == null) {
      return left;
    }
    return left.priority > right.priority
        ? left.withChildren(left.left, join(left.right, right))
        : right.withChildren(join(left, right.left), right.right);
  }

  private static int priority(byte[] key) {
    int hash = Arrays.hashCode(key);
    hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
    return hash ^ (hash >>> 16);
  }
}
