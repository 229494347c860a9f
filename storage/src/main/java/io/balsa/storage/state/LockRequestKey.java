package io.balsa.storage.state;

/** The id of a lock request: the session and the sequence of its Acquire, known before any reply (K2). */
record LockRequestKey(long session, long sequence) implements Comparable<LockRequestKey> {
  @Override
  public int compareTo(LockRequestKey other) {
    int bySession = Long.compare(session, other.session);
    return bySession != 0 ? bySession : Long.compare(sequence, other.sequence);
  }

  @Override
  public String toString() {
    return session + "/" + sequence;
  }
}
