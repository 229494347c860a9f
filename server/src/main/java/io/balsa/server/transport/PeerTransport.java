package io.balsa.server.transport;

import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.Message;
import io.balsa.raft.port.Transport;
import io.balsa.server.config.HostPort;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends to each peer over two {@link PeerLink}s: chunks of snapshots over one, everything else over the other ({@link Lane}). So a
 * chunk may be overtaken by what was sent after it, as on any network. The links follow the membership: they come with a member, are
 * made anew when its incarnation or address changes, and go with it, with whatever waits on them. Any thread; never blocks.
 */
public final class PeerTransport implements Transport, Membership.Listener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PeerTransport.class);

  private final Membership membership;
  private final Contacts contacts;
  private final Map<NodeId, HostPort> routes;
  private final PeerDialer dialer;
  private final PeerEvents events;
  private final LinkCounters counters;
  /** Replaced as a whole, under the lock of this object. */
  private volatile NavigableMap<NodeId, Links> links = Collections.emptyNavigableMap();
  private boolean started;
  private boolean closed;

  /** What leads to one incarnation of a peer, at one address. */
  private record Links(long incarnation, HostPort address, PeerLink steady, PeerLink bulk) {
    boolean leadTo(Member peer, HostPort to) {
      return incarnation == peer.incarnation() && address.equals(to);
    }

    PeerLink forMessage(Message message) {
      return message instanceof InstallSnapshot ? bulk : steady;
    }

    void each(Consumer<PeerLink> action) {
      action.accept(steady);
      action.accept(bulk);
    }
  }

  /**
   * @param contacts remembers who was connected
   * @param routes   addresses to dial in place of a member's own
   * @param events   must not be used before {@link #start}
   */
  public PeerTransport(Membership membership, Contacts contacts, Map<NodeId, HostPort> routes, EventLoops loops,
      PeerEvents events, LinkCounters counters) {
    this.membership = membership;
    this.contacts = contacts;
    this.routes = routes;
    this.dialer = new PeerDialer(loops);
    this.events = events;
    this.counters = counters;
    membership.addListener(this);
  }

  public synchronized void start() {
    started = true;
    links.values().forEach(each -> each.each(PeerLink::start));
  }

  @Override
  public synchronized void changed(Membership.View view) {
    if (closed) {
      return;
    }
    NavigableMap<NodeId, Links> next = new TreeMap<>();
    view.peers(membership.self().id()).forEach((id, peer) -> {
      HostPort address = address(peer);
      if (address != null) {
        Links now = links.get(id);
        next.put(id, now != null && now.leadTo(peer, address) ? now : connect(peer, address));
      }
    });
    links.forEach((id, old) -> {
      if (!old.equals(next.get(id))) {
        old.each(PeerLink::closeLater);
      }
    });
    links = Collections.unmodifiableNavigableMap(next);
  }

  private @Nullable HostPort address(Member peer) {
    HostPort route = routes.get(peer.id());
    try {
      return route == null ? HostPort.of(peer.peerAddress()) : route;
    } catch (IllegalArgumentException e) {
      log.error("{} cannot be dialled: {}", peer.id(), e.getMessage());
      return null;
    }
  }

  private Links connect(Member peer, HostPort address) {
    Links made = new Links(peer.incarnation(), address,
        new PeerLink(membership, contacts, peer, Lane.STEADY, address, dialer, events, counters),
        new PeerLink(membership, contacts, peer, Lane.BULK, address, dialer, PeerEvents.NONE, counters));
    if (started) {
      made.each(PeerLink::start);
    }
    return made;
  }

  @Override
  public void send(NodeId to, long incarnation, Message message) {
    Links toPeer = links.get(to);
    if (toPeer == null || toPeer.incarnation() != incarnation) {
      counters.dropped.increment(); // a member that this node has no link to yet, or no more
      return;
    }
    toPeer.forMessage(message).send(message);
  }

  /** Why each peer cannot be sent to at the moment; empty text: it can. */
  public NavigableMap<NodeId, String> troubles() {
    NavigableMap<NodeId, String> troubles = new TreeMap<>();
    links.forEach((id, each) -> troubles.put(id, each.steady().trouble()));
    return troubles;
  }

  /** Whether messages to this peer go out at the moment. */
  public boolean isUp(NodeId peer) {
    Links toPeer = links.get(peer);
    return toPeer != null && toPeer.steady().isUp();
  }

  public int linksUp() {
    return (int) links.values().stream().filter(each -> each.steady().isUp()).count();
  }

  public long queuedBytes() {
    return links.values().stream().mapToLong(each -> each.steady().queuedBytes()).sum() + queuedBulkBytes();
  }

  long queuedBulkBytes() {
    return links.values().stream().mapToLong(each -> each.bulk().queuedBytes()).sum();
  }

  @Override
  public void close() {
    NavigableMap<NodeId, Links> last;
    synchronized (this) {
      closed = true;
      last = links;
    }
    last.values().forEach(each -> each.each(PeerLink::close));
  }
}
