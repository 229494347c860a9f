package io.balsa.storage.state;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.RowWriter;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What was applied, with every counter: the one row of META, in every batch (A3). All of it is replicated.
 *
 * @param clusterVersion   chooses what apply does (A1)
 * @param applied          the last entry applied
 * @param stampNanos       that entry's stamp
 * @param clusterTimeNanos the largest stamp applied (T1)
 * @param revision         of the keyspace; 1 when it is empty
 * @param compactedRevision nothing below it can be read; 0: never compacted
 * @param nextLeaseId      the id that the next lease or session gets; never falls (S1)
 * @param lastToken        the last fencing token that was given; never falls (K4)
 */
record StateRecord(int clusterVersion, LogId applied, long stampNanos, long clusterTimeNanos, long revision,
    long compactedRevision, long nextLeaseId, long lastToken, Configuration configuration) {
  static final int CLUSTER_VERSION = 1;
  static final StateRecord INITIAL = new StateRecord(CLUSTER_VERSION, LogId.ZERO, 0, 0, 1, 0, 1, 0,
      Configuration.EMPTY);

  /**
   * Format 1 had no fencing tokens; it is read as one that has given none. Before format 3 the rows of REVISIONS did not name what
   * they supersede; those that are there stay as they are.
   */
  private static final int FORMAT_VERSION = 3;
  private static final int ROW_BYTES_TYPICAL = 256;
  private static final byte[] ROW_KEY = "applied".getBytes(StandardCharsets.US_ASCII);

  static byte[] rowKey() {
    return ROW_KEY;
  }

  /** The record of the newest state, of a snapshot, or the initial one of an empty store. */
  static StateRecord read(StoreReader reader) throws StoreException {
    return ofRow(reader.get(ColumnFamily.META, ROW_KEY));
  }

  static StateRecord ofRow(byte @Nullable [] row) throws StoreException {
    return row == null ? INITIAL : decode(row);
  }

  StateRecord with(Configuration other) {
    return new StateRecord(clusterVersion, applied, stampNanos, clusterTimeNanos, revision, compactedRevision,
        nextLeaseId, lastToken, other);
  }

  byte[] encode() {
    return new RowWriter(ROW_BYTES_TYPICAL).putByte(FORMAT_VERSION).putVarLong(clusterVersion)
        .putVarLong(applied.term())
        .putVarLong(applied.index()).putVarLong(stampNanos).putVarLong(clusterTimeNanos).putVarLong(revision)
        .putVarLong(compactedRevision).putVarLong(nextLeaseId).putVarLong(lastToken)
        .putBytes(configuration.encode().array()).toBytes();
  }

  private static StateRecord decode(byte[] row) throws StoreException {
    RowReader in = new RowReader(ColumnFamily.META, row);
    int format = in.readByte();
    if (format > FORMAT_VERSION) {
      throw new StoreException("the state was written in format " + format + ", and this program knows formats up to "
          + FORMAT_VERSION + ": start the newer version that wrote it");
    }
    int clusterVersion = (int) in.readVarLong();
    if (clusterVersion > CLUSTER_VERSION) {
      throw new StoreException("the cluster runs version " + clusterVersion + ", and this program knows versions up to "
          + CLUSTER_VERSION + ": start the newer version");
    }
    try {
      return new StateRecord(clusterVersion, new LogId(in.readVarLong(), in.readVarLong()), in.readVarLong(),
          in.readVarLong(), in.readVarLong(), in.readVarLong(), in.readVarLong(), format == 1 ? 0 : in.readVarLong(),
          Configuration.decode(Bytes.wrap(in.readRest())));
    } catch (IllegalArgumentException e) {
      throw in.corrupt("does not hold what was applied: " + e.getMessage());
    }
  }
}
