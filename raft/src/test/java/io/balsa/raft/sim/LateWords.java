package io.balsa.raft.sim;

import io.balsa.raft.message.Message;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * What a node said just before its directory was lost may arrive late, when another incarnation of its id has long been bound (I1): on
 * any network a message may be kept back for as long as it likes.
 */
final class LateWords<R> {
  private record Said<R>(SimNode<R> to, Message message) {
  }

  private static final int REMEMBERED_MAX = 12;

  private final Cluster<R> cluster;
  private final SimRandom random;
  private final Map<Long, ArrayDeque<Said<R>>> said = new HashMap<>();

  LateWords(Cluster<R> cluster, SimRandom random) {
    this.cluster = cluster;
    this.random = random;
  }

  void sent(SimNode<R> from, SimNode<R> to, Message message) {
    if (cluster.options().members().losesDirectories()) {
      ArrayDeque<Said<R>> last = said.computeIfAbsent(from.incarnation(), each -> new ArrayDeque<>());
      last.addLast(new Said<>(to, message));
      if (last.size() > REMEMBERED_MAX) {
        last.removeFirst();
      }
    }
  }

  /** Its last words are on their way for a while. */
  void lost(SimNode<R> node) {
    ArrayDeque<Said<R>> last = said.remove(node.incarnation());
    while (last != null && !last.isEmpty()) {
      Said<R> word = last.removeFirst();
      cluster.timeline().after(random.exponential(3_000_000_000L), () -> {
        if (!cluster.isCalm()) {
          word.to().deliver(node, word.message(), word.to().life());
        }
      });
    }
  }
}
