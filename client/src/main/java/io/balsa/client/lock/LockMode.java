package io.balsa.client.lock;

/** How a lock is held. */
public enum LockMode {
  /** By one owner. */
  EXCLUSIVE,
  /** By several owners at a time. */
  SHARED
}
