package io.balsa.storage.log;

import java.io.IOException;
import java.util.List;

/**
 * One directory of files, as a log needs it: the only way from here to a disk, so that a simulated one can lose what a
 * real one may lose.
 *
 * <p>What survives a power cut: of a file, what {@link DiskFile#sync} and {@link DiskFile#syncAll} say; of the
 * directory (creations, renames, deletions), what was done before the last {@link #sync} returned. Of everything later
 * any part may survive, in any order; a rename is there or not, never half.
 *
 * <p>Safe for several threads. Any failed operation is an {@link IOException}; a full disk is a
 * {@link DiskFullException}.
 */
public interface Disk {

  /** Creates the directory where it is missing, durably. */
  void createDirectory() throws IOException;

  /** The names of the files, sorted; empty if there is no directory. */
  List<String> list() throws IOException;

  /** A new, empty file. @throws IOException also if it exists */
  DiskFile create(String name) throws IOException;

  /** An existing file, to read and write. @throws java.nio.file.NoSuchFileException if there is none */
  DiskFile open(String name) throws IOException;

  /** Gives a file another name, replacing a file that had it. Open handles stay with their file. */
  void rename(String from, String to) throws IOException;

  /** @throws java.nio.file.NoSuchFileException if there is none */
  void delete(String name) throws IOException;

  /** Makes all creations, renames and deletions so far durable. */
  void sync() throws IOException;

  /** Where this is, for people. */
  @Override
  String toString();
}
