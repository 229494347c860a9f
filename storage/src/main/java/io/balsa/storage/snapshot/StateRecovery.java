package io.balsa.storage.snapshot;

import io.balsa.raft.log.LogId;
import io.balsa.storage.kv.Stores;
import io.balsa.storage.log.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the state at a start, puts a damaged one aside (I3), and removes what crashes have left. It may be cut off anywhere and run again. */
final class StateRecovery {
  /** Says that the state is damaged, and why: a node that finds that out while it runs writes it and stops. */
  private static final String CORRUPT_MARK = "state.corrupt";

  static final String STATE = "state";
  private static final String FIRST = "state-0";
  private static final String SET_ASIDE = ".corrupt";
  private static final Pattern NAMED_BY_INDEX = Pattern.compile(STATE + "-([0-9]{1,18})(-.*)?");

  private final Volume volume;
  private final StateOptions options;
  private @Nullable String unnamed;

  StateRecovery(Volume volume, StateOptions options) {
    this.volume = volume;
    this.options = options;
  }

  /**
   * What CURRENT says; there is one when this returns, and it is durable: a process that was killed between its rename and the sync has
   * left it in the page cache only, and what it no longer names goes soon (L3).
   */
  CurrentState findCurrent() throws IOException {
    CurrentState found = CurrentState.read(volume.files());
    if (found == null) {
      return adopt();
    }
    volume.files().sync();
    return found;
  }

  /** There is no CURRENT, or it is damaged: the state of an older version, or none. */
  private CurrentState adopt() throws IOException {
    boolean old = volume.directories().contains(STATE);
    String receiving = ReceivedSnapshot.directoryNamed(volume);
    // The newest last, for it is the one that is kept; those before it may be on their way out.
    for (String directory : volume.directories().stream().sorted(Comparator.comparingLong(StateRecovery::index))
        .toList()) {
      if (!old && isState(directory) && !directory.endsWith(SET_ASIDE) && !directory.equals(receiving)) {
        // CURRENT comes before the directory that it names, so this one is of a group whose CURRENT was lost.
        setAside(directory);
        unnamed = "the file CURRENT, which named its directory " + directory + ", is missing or damaged";
      }
    }
    CurrentState first = new CurrentState(old ? STATE : FIRST, LogId.ZERO, false);
    first.write(volume.files());
    options.crashes().accept(CrashPoint.CURRENT_CREATED);
    return first;
  }

  /** Why a state that is there was taken for lost by {@link #findCurrent}, or null. */
  @Nullable
  String unnamed() {
    return unnamed;
  }

  /** The entry that a state held when it became one, as its name says: {@code state-<index>...}; else 0. */
  private static long index(String directory) {
    Matcher name = NAMED_BY_INDEX.matcher(directory);
    return name.matches() ? Long.parseLong(name.group(1)) : 0;
  }

  private static boolean isState(String directory) {
    return directory.equals(STATE) || directory.startsWith(STATE + "-");
  }

  /**
   * The damaged directory gets a name that says so, then CURRENT names an empty one, then the mark goes: a crash between lets the next
   * start do the rest. A log reset that was due is no longer: what it was to be reset to is not here, and the log that is here is
   * what this node acknowledged.
   */
  CurrentState startAnew(CurrentState damaged) throws IOException {
    if (volume.directories().contains(damaged.directory())) {
      setAside(damaged.directory());
      options.crashes().accept(CrashPoint.STATE_SET_ASIDE);
    }
    if (volume.directories().contains(FIRST)) {
      volume.remove(FIRST);
    }
    CurrentState empty = new CurrentState(FIRST, LogId.ZERO, false);
    empty.write(volume.files());
    options.crashes().accept(CrashPoint.STATE_STARTED_ANEW);
    if (volume.files().list().contains(CORRUPT_MARK)) {
      volume.files().delete(CORRUPT_MARK);
      volume.files().sync();
    }
    return empty;
  }

  /** One is kept: the newest. */
  private void setAside(String directory) throws IOException {
    for (String old : volume.directories()) {
      if (old.endsWith(SET_ASIDE)) {
        volume.remove(old);
      }
    }
    volume.rename(directory, directory + SET_ASIDE);
    volume.files().sync();
  }

  /**
   * What a process before this one was receiving, if it can be gone on with, else null. All that such a process has left and that nobody
   * needs goes: checkpoints, states that CURRENT does not name, what was installed already.
   */
  @Nullable
  ReceivedSnapshot clean(CurrentState current, Stores stores, SnapshotCounters counters) throws IOException {
    String receiving = ReceivedSnapshot.directoryNamed(volume);
    ReceivedSnapshot incoming = current.directory().equals(receiving) ? null
        : ReceivedSnapshot.resume(volume, stores, options, counters);
    for (String directory : volume.directories()) {
      boolean needed = directory.equals(current.directory()) || directory.endsWith(SET_ASIDE)
          || (incoming != null && directory.equals(incoming.directory()));
      if (directory.startsWith(Stores.CHECKPOINT_PREFIX) || (isState(directory) && !needed)) {
        volume.remove(directory);
      }
    }
    if (incoming == null) {
      ReceivedSnapshot.forget(volume);
    }
    return incoming;
  }

  /** Why a process before this one found the state to be damaged, or null. */
  @Nullable
  String mark() throws IOException {
    if (!volume.files().list().contains(CORRUPT_MARK)) {
      return null;
    }
    try (DiskFile mark = volume.files().open(CORRUPT_MARK)) {
      ByteBuffer text = ByteBuffer.allocate((int) Math.min(mark.size(), 4_096));
      mark.read(0, text);
      return "it was marked: " + new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
    }
  }

  /** Durable when it returns. */
  static void mark(Volume volume, String why) throws IOException {
    if (!volume.files().list().contains(CORRUPT_MARK)) {
      try (DiskFile mark = volume.files().create(CORRUPT_MARK)) {
        mark.write(0, ByteBuffer.wrap((why + "\n").getBytes(StandardCharsets.UTF_8)));
        mark.syncAll();
      }
    }
    volume.files().sync();
  }
}
