package io.balsa.client.snapshot;

/** Hears how far a snapshot has come, on the thread that saves it. */
@FunctionalInterface
public interface SaveProgress {
  /** So many bytes of so many are written; 0 in all: not known. */
  void written(long bytes, long totalBytes);
}
