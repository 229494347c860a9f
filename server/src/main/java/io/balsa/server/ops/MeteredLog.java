package io.balsa.server.ops;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.RecoveredLog;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A log that says how long its writes take: the disk is what a write waits for most. */
public final class MeteredLog implements LogStore {
  private final LogStore log;
  private final Timer sync;

  public MeteredLog(LogStore log, MetricRegistry metrics) {
    this.log = log;
    this.sync = metrics.timer("balsa.log.sync");
  }

  @Override
  public long persistPending() throws IOException {
    long begun = System.nanoTime();
    long durable = log.persistPending();
    if (durable != NOTHING) {
      sync.update(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
    }
    return durable;
  }

  @Override
  public RecoveredLog recovered() {
    return log.recovered();
  }

  @Override
  public void saveHardState(HardState hardState) {
    log.saveHardState(hardState);
  }

  @Override
  public void truncateFrom(long fromIndex) {
    log.truncateFrom(fromIndex);
  }

  @Override
  public void append(List<Entry> entries) {
    log.append(entries);
  }

  @Override
  public LogId compactTo(long index) {
    return log.compactTo(index);
  }

  @Override
  public long diskBytesAfter(long index) {
    return log.diskBytesAfter(index);
  }

  @Override
  public void reset(LogId base, long stampNanos, Configuration configuration) {
    log.reset(base, stampNanos, configuration);
  }

  @Override
  public void requestSync(long seq) {
    log.requestSync(seq);
  }

  @Override
  public boolean maintain() throws IOException {
    return log.maintain();
  }

  @Override
  public List<Entry> readCached(long from, long to, long bytesMax) {
    return log.readCached(from, to, bytesMax);
  }

  @Override
  public List<Entry> read(long from, long to, long bytesMax) throws IOException {
    return log.read(from, to, bytesMax);
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
