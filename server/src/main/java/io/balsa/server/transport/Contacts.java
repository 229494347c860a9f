package io.balsa.server.transport;

import io.balsa.raft.log.NodeId;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * When there was last a connection to or from which incarnation of a node: nobody is replaced by itself who may still be there (I3).
 * Thread-safe.
 */
public final class Contacts {
  /** Of a peer that is not connected, and has not been for so long, nothing is remembered. */
  private static final long FORGET_NANOS = 3_600_000_000_000L;

  private record Peer(NodeId id, long incarnation) implements Comparable<Peer> {
    @Override
    public int compareTo(Peer other) {
      int byId = id.compareTo(other.id);
      return byId != 0 ? byId : Long.compare(incarnation, other.incarnation);
    }
  }

  private static final class Contact {
    private int open;
    private long lastNanos;
  }

  private final LongSupplier nanoClock;
  private final long startedNanos;
  private final Map<Peer, Contact> contacts = new TreeMap<>();

  /** @param nanoClock monotonic */
  public Contacts(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.startedNanos = nanoClock.getAsLong();
  }

  /** A handshake succeeded. */
  synchronized void opened(NodeId id, long incarnation) {
    long now = nanoClock.getAsLong();
    contacts.values().removeIf(contact -> contact.open == 0 && now - contact.lastNanos > FORGET_NANOS);
    contacts.computeIfAbsent(new Peer(id, incarnation), peer -> new Contact()).open++;
  }

  /** A connection that {@link #opened} told of has ended. */
  synchronized void closed(NodeId id, long incarnation) {
    Contact contact = contacts.get(new Peer(id, incarnation));
    if (contact == null || contact.open == 0) {
      throw new IllegalStateException("no connection with " + id + " is open");
    }
    contact.open--;
    contact.lastNanos = nanoClock.getAsLong();
  }

  /** For how long there has been no connection, in nanoseconds; 0 while there is one. Before this process nothing is known. */
  public synchronized long silentNanos(NodeId id, long incarnation) {
    Contact contact = contacts.get(new Peer(id, incarnation));
    long now = nanoClock.getAsLong();
    if (contact == null) {
      return now - startedNanos;
    }
    return contact.open > 0 ? 0 : now - contact.lastNanos;
  }
}
