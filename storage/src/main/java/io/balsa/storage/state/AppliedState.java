package io.balsa.storage.state;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * What a store says that it holds; read from its own rows, be it open, a checkpoint, or files that have just arrived (A3).
 *
 * @param applied       the last entry applied
 * @param stampNanos    that entry's stamp (T1)
 * @param revision      of the keyspace
 * @param configuration the last one applied; {@link Configuration#EMPTY} before the first
 */
public record AppliedState(LogId applied, long stampNanos, long revision, Configuration configuration) {

  /** Gives rows of some store. */
  public interface Rows {
    byte @Nullable [] get(ColumnFamily family, byte[] key) throws StoreException;
  }

  /** @throws io.balsa.storage.kv.StateCorruptException if the row cannot be read */
  public static AppliedState read(Rows rows) throws StoreException {
    StateRecord record = StateRecord.ofRow(rows.get(ColumnFamily.META, StateRecord.rowKey()));
    return new AppliedState(record.applied(), record.stampNanos(), record.revision(), record.configuration());
  }
}
