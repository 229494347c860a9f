package io.balsa.storage.snapshot;

import io.balsa.storage.log.Disk;
import java.io.IOException;
import java.util.List;

/**
 * A directory with files and with directories of files in it: what the state needs of a disk, so that a simulated one can
 * lose what a real one may lose. The rules are those of {@link Disk}; creations, renames and removals of directories are
 * durable when the {@link Disk#sync} of {@link #files} has returned. Safe for several threads.
 */
public interface Volume {

  /** The files that lie in it directly. Its list may also name the directories. */
  Disk files();

  /** The directories in it, sorted. */
  List<String> directories() throws IOException;

  /** The files of one of them, which need not be there yet: {@link Disk#createDirectory}. */
  Disk directory(String name);

  /** Gives a directory another name, which is free. */
  void rename(String from, String to) throws IOException;

  /**
   * Removes one file of a directory, or the directory if there is none left.
   *
   * @return false if it is gone
   */
  boolean removeSome(String name) throws IOException;

  /** Removes a directory with all that is in it; a crash may leave any part of it. */
  void remove(String name) throws IOException;
}
