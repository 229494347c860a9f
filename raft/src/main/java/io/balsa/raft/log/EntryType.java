package io.balsa.raft.log;

/** What an entry is for. The code stands in the log and on the wire; it is never reused. */
public enum EntryType {
  /** The first entry of a leader's term (thesis 6.4); no payload. */
  NOOP(1),
  /** A command of the state machine. */
  COMMAND(2),
  /** Moves the cluster clock and expires what is due; no payload (T4). */
  CLOCK(3),
  /** A {@link Configuration}, encoded. It counts from append (thesis 4.1). */
  CONFIGURATION(4);

  private final byte code;

  EntryType(int code) {
    this.code = (byte) code;
  }

  public byte code() {
    return code;
  }

  /** @throws IllegalArgumentException for a code that no version of Balsa has written */
  public static EntryType ofCode(byte code) {
    return switch (code) {
      case 1 -> NOOP;
      case 2 -> COMMAND;
      case 3 -> CLOCK;
      case 4 -> CONFIGURATION;
      default -> throw new IllegalArgumentException("unknown entry type " + code);
    };
  }
}
