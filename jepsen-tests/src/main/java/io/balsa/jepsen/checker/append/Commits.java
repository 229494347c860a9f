package io.balsa.jepsen.checker.append;

import io.balsa.jepsen.checker.append.MicroOperation.Read;
import io.balsa.jepsen.history.Completion;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * Which transactions took effect: those that were acknowledged, and those of unknown outcome of which another one of
 * these read an element.
 */
final class Commits {
  private final History history;
  private final Appends appends;
  private final BitSet committed = new BitSet();
  private final Deque<Integer> unread = new ArrayDeque<>();

  private Commits(History history, Appends appends) {
    this.history = history;
    this.appends = appends;
  }

  static BitSet of(History history, Appends appends) {
    return new Commits(history, appends).find();
  }

  private BitSet find() {
    for (int t = 0; t < history.size(); t++) {
      if (history.get(t).completion() == Completion.OK) {
        took(t);
      }
    }
    for (Integer t = unread.poll(); t != null; t = unread.poll()) {
      for (MicroOperation operation : history.get(t).operations()) {
        if (operation instanceof Read read && read.list() != null) {
          saw(read.key(), read.list());
        }
      }
    }
    return committed;
  }

  private void saw(String key, List<Long> list) {
    for (long element : list) {
      int writer = appends.writer(key, element);
      if (writer >= 0 && history.get(writer).completion() == Completion.UNKNOWN) {
        took(writer);
      }
    }
  }

  private void took(int transaction) {
    if (!committed.get(transaction)) {
      committed.set(transaction);
      unread.add(transaction);
    }
  }
}
