package io.balsa.raft.port;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogIndex;
import java.util.List;

/**
 * What a log held when it was opened.
 *
 * @param index          terms and sizes of all entries; it belongs to the core from now on
 * @param lastStampNanos the stamp of the last entry, or of the base when there is none
 * @param configurations the configuration at the base, then every one that is an entry of the log, committed or not, in order: a
 *                       truncation brings back the one before (I5)
 */
public record RecoveredLog(HardState hardState, LogIndex index, long lastStampNanos,
    List<ConfigurationAt> configurations) {

  /** @param index of its entry; the base's index for what stands in the header before the first entry */
  public record ConfigurationAt(long index, Configuration configuration) {
  }

  public RecoveredLog {
    configurations = List.copyOf(configurations);
    if (configurations.isEmpty() || configurations.get(0).index() != index.base().index()) {
      throw new IllegalArgumentException("a log behind " + index.base() + " has the configurations " + configurations);
    }
  }

  /** A log without configuration entries; {@code configuration} is that of its base. */
  public RecoveredLog(HardState hardState, LogIndex index, long lastStampNanos, Configuration configuration) {
    this(hardState, index, lastStampNanos, List.of(new ConfigurationAt(index.base().index(), configuration)));
  }

  /** The newest one. */
  public Configuration configuration() {
    return newest().configuration();
  }

  /** Where the newest one stands. */
  public long configurationIndex() {
    return newest().index();
  }

  private ConfigurationAt newest() {
    return configurations.get(configurations.size() - 1);
  }
}
