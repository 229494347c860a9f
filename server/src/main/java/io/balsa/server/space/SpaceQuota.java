package io.balsa.server.space;

import java.util.Locale;

/**
 * Whether the state takes more space than an operator allows it (E3). While it does, a node that leads refuses what adds values
 * before it is proposed; deletes, compaction, leases, locks and sessions go on, so that clients can make room, and the quota is no longer
 * exceeded by itself when there is. A node's own setting and a node's own size: never looked at when an entry is applied (A1). Any thread.
 */
public final class SpaceQuota {
  /** Of a hundred parts of the limit: below so many it is over. It is not to end and begin with each write. */
  private static final int CLEARS_AT_PERCENT = 95;
  private static final double MIB = 1 << 20;

  private final long limitBytes;
  private volatile long usedBytes;
  private volatile boolean exceeded;
  private volatile boolean leads;

  /** @param limitBytes 0: there is no limit */
  public SpaceQuota(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** What the state takes now. One thread. */
  public void measured(long bytes) {
    usedBytes = bytes;
    if (limitBytes > 0) {
      exceeded = exceeded ? bytes >= limitBytes / 100 * CLEARS_AT_PERCENT : bytes >= limitBytes;
    }
  }

  /** Whether this node leads: any other proposes nothing, and knows who does. */
  public void leads(boolean leading) {
    leads = leading;
  }

  public boolean isExceeded() {
    return exceeded;
  }

  /** Whether what adds values is to be refused here. */
  public boolean refuses() {
    return exceeded && leads;
  }

  public long limitBytes() {
    return limitBytes;
  }

  public long usedBytes() {
    return usedBytes;
  }

  /** While it is exceeded, for people: by how much, and what to do. */
  public String text() {
    return "the state takes " + mib(usedBytes) + ", and --space-quota allows " + mib(limitBytes)
        + ": nothing is put until it takes less. Delete what is not needed, then give up its history ('balsa compact R'); or raise the"
        + " quota of every node";
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
  }
}
