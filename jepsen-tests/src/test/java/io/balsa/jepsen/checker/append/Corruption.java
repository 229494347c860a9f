package io.balsa.jepsen.checker.append;

import io.balsa.jepsen.checker.append.MicroOperation.Append;
import io.balsa.jepsen.checker.append.MicroOperation.Read;
import io.balsa.jepsen.history.Completion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Ways to change one read or outcome of a strictly serializable history, each so that it surely is none any more. */
enum Corruption {
  /** Two elements change places in a list that somebody else has read as far. */
  SWAPPED {
    @Override
    List<MicroOperation> change(History history, int t, Read read, Random random) {
      List<Long> list = new ArrayList<>(list(read));
      if (list.size() < 2 || !isRead(history, t, read.key(), list.get(list.size() - 1))) {
        return List.of();
      }
      int at = random.nextInt(list.size() - 1);
      Collections.swap(list, at, at + 1);
      return replaced(history, t, read, list);
    }
  },
  REPEATED {
    @Override
    List<MicroOperation> change(History history, int t, Read read, Random random) {
      List<Long> list = new ArrayList<>(list(read));
      if (list.isEmpty()) {
        return List.of();
      }
      list.add(random.nextInt(list.size() + 1), list.get(random.nextInt(list.size())));
      return replaced(history, t, read, list);
    }
  },
  INVENTED {
    @Override
    List<MicroOperation> change(History history, int t, Read read, Random random) {
      List<Long> list = new ArrayList<>(list(read));
      list.add(random.nextInt(list.size() + 1), -1L);
      return replaced(history, t, read, list);
    }
  },
  /** The last element is not there, though it had been acknowledged before. */
  STALE {
    @Override
    List<MicroOperation> change(History history, int t, Read read, Random random) {
      List<Long> list = list(read);
      if (list.isEmpty()) {
        return List.of();
      }
      int writer = new Appends(history).writer(read.key(), list.get(list.size() - 1));
      return history.get(writer).isBefore(history.get(t)) ? replaced(history, t, read, list.subList(0, list.size() - 1))
          : List.of();
    }
  },
  /** The next element is there already, though its transaction had not begun. */
  TOO_EARLY {
    @Override
    List<MicroOperation> change(History history, int t, Read read, Random random) {
      for (int later = 0; later < history.size(); later++) {
        for (MicroOperation operation : history.get(later).operations()) {
          if (operation instanceof Append append && append.key().equals(read.key())
              && history.get(t).isBefore(history.get(later))) {
            List<Long> list = new ArrayList<>(list(read));
            list.add(append.element());
            return replaced(history, t, read, list);
          }
        }
      }
      return List.of();
    }
  },
  /** It is not what the transaction itself has read before. */
  INCONSISTENT {
    @Override
    List<MicroOperation> change(History history, int t, Read read, Random random) {
      List<MicroOperation> twice = new ArrayList<>(history.get(t).operations());
      List<Long> list = list(read);
      if (list.isEmpty()) {
        return List.of();
      }
      twice.add(twice.indexOf(read) + 1, new Read(read.key(), list.subList(0, random.nextInt(list.size()))));
      return twice;
    }
  };

  /** The operations of this transaction with one read changed; empty: this read does not do. */
  abstract List<MicroOperation> change(History history, int t, Read read, Random random);

  /** The history with one read of an acknowledged transaction changed; empty: no read does. */
  Optional<History> in(History history, Random random) {
    List<Integer> places = new ArrayList<>();
    for (int t = 0; t < history.size(); t++) {
      places.add(t);
    }
    Collections.shuffle(places, random);
    for (int t : places) {
      RecordedTransaction old = history.get(t);
      for (MicroOperation operation : old.operations()) {
        if (old.completion() == Completion.OK && operation instanceof Read read) {
          List<MicroOperation> changed = change(history, t, read, random);
          if (!changed.isEmpty()) {
            List<RecordedTransaction> all = new ArrayList<>(history.transactions());
            all.set(t,
                new RecordedTransaction(old.process(), old.invoked(), old.completed(), old.completion(), changed));
            return Optional.of(new History(all));
          }
        }
      }
    }
    return Optional.empty();
  }

  static List<Long> list(Read read) {
    List<Long> list = read.list();
    if (list == null) {
      throw new IllegalStateException("an acknowledged transaction knows what it read: " + read);
    }
    return list;
  }

  /** Only if it has no other operation on the key, so that it remains consistent in itself. */
  static List<MicroOperation> replaced(History history, int t, Read read, List<Long> list) {
    List<MicroOperation> operations = new ArrayList<>(history.get(t).operations());
    if (operations.stream().filter(operation -> operation.key().equals(read.key())).count() > 1) {
      return List.of();
    }
    operations.set(operations.indexOf(read), new Read(read.key(), list));
    return operations;
  }

  /** Whether another acknowledged transaction read this element. */
  static boolean isRead(History history, int t, String key, long element) {
    for (int other = 0; other < history.size(); other++) {
      if (other != t && history.get(other).completion() == Completion.OK && history.get(other).operations().stream()
          .anyMatch(
              operation -> operation instanceof Read read && read.key().equals(key) && list(read).contains(element))) {
        return true;
      }
    }
    return false;
  }
}
