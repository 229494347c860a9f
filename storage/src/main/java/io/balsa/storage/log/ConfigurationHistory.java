package io.balsa.storage.log;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.port.RecoveredLog;
import java.util.ArrayList;
import java.util.List;

/** The configurations in a log, so that one that was truncated away gives way to the one before it (I5). */
final class ConfigurationHistory implements Batch.Visitor {
  private record Change(long index, Bytes configuration) {
  }

  private final ArrayList<Change> changes = new ArrayList<>();

  ConfigurationHistory(long baseIndex, Bytes baseConfiguration) {
    changes.add(new Change(baseIndex, baseConfiguration));
  }

  @Override
  public void truncate(long fromIndex) {
    while (changes.size() > 1 && newest().index() >= fromIndex) {
      changes.remove(changes.size() - 1);
    }
  }

  @Override
  public void entry(Entry entry) {
    if (entry.type() == EntryType.CONFIGURATION) {
      changes.add(new Change(entry.index(), entry.payload()));
    }
  }

  void follow(List<Batch> batches) {
    for (Batch batch : batches) {
      batch.visit(this);
    }
  }

  Bytes encoded() {
    return newest().configuration();
  }

  /** Of the base, then of each entry that is one. */
  List<RecoveredLog.ConfigurationAt> inOrder() {
    List<RecoveredLog.ConfigurationAt> all = new ArrayList<>(changes.size());
    for (Change change : changes) {
      all.add(new RecoveredLog.ConfigurationAt(change.index(), Configuration.decode(change.configuration())));
    }
    return all;
  }

  private Change newest() {
    return changes.get(changes.size() - 1);
  }
}
