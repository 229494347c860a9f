package io.balsa.storage.snapshot;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.SnapshotMeta;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What a backup file says about itself before its body.
 *
 * @param clusterId     of the cluster that it was taken from
 * @param revision      of the keyspace in it
 * @param createdMillis when, by the clock of the node that was asked; milliseconds since 1970
 * @param version       of the program that wrote it
 * @param snapshot      what it is a snapshot of; its length is that of the body
 */
public record BackupHeader(long clusterId, long revision, long createdMillis, String version, SnapshotMeta snapshot) {
  private static final HexFormat HEX = HexFormat.of();

  byte[] encode() {
    return new DurableRecord().with("balsa-backup", 1).with("cluster", HEX.toHexDigits(clusterId))
        .with("revision", revision).with("created-millis", createdMillis).with("version", version.replace('\n', ' '))
        .with("snapshot", HEX.toHexDigits(snapshot.id())).with("term", snapshot.lastIncluded().term())
        .with("index", snapshot.lastIncluded().index()).with("stamp", snapshot.stampNanos())
        .with("configuration", HEX.formatHex(snapshot.configuration().encode().array()))
        .with("bytes", snapshot.bytes()).encode();
  }

  /** @throws IllegalArgumentException if it is none that this version can read */
  static BackupHeader decode(byte[] content) {
    DurableRecord record = DurableRecord.decode(content);
    if (record.number("balsa-backup") != 1) {
      throw new IllegalArgumentException(
          "it is of format " + record.number("balsa-backup") + ", and this program reads "
              + "format 1: use the newer version");
    }
    SnapshotMeta snapshot = new SnapshotMeta(HexFormat.fromHexDigitsToLong(record.text("snapshot")),
        new LogId(record.number("term"), record.number("index")), record.number("stamp"),
        Configuration.decode(Bytes.wrap(HEX.parseHex(record.text("configuration")))), record.number("bytes"));
    return new BackupHeader(HexFormat.fromHexDigitsToLong(record.text("cluster")), record.number("revision"),
        record.number("created-millis"), record.text("version"), snapshot);
  }

  /** The header as it stands at the begin of a file. */
  byte[] framed() {
    byte[] content = encode();
    return ByteBuffer.allocate(BackupFile.MAGIC_BYTES + Integer.BYTES + content.length)
        .put(BackupFile.MAGIC.getBytes(StandardCharsets.US_ASCII)).putInt(content.length).put(content).array();
  }
}
