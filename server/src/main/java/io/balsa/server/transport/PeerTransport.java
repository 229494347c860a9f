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

/**
 * Sends to each peer over two {@link PeerLink}s: chunks of snapshots over one, everything else over the other ({@link Lane}). So a
 * chunk may be overtaken by what was sent after it, as on any network. Any thread; never blocks.
 */
public final class PeerTransport implements Transport, AutoCloseable {
  private final NavigableMap<NodeId, PeerLink> links;
  private final NavigableMap<NodeId, PeerLink> bulkLinks;
  private final LinkCounters counters;

  /**
   * @param routes addresses to dial in place of a member's own
   * @param events must not be used before {@link #start}
   */
  public PeerTransport(Membership membership, Map<NodeId, HostPort> routes, EventLoops loops, PeerEvents events,
      LinkCounters counters) {
    this.counters = counters;
    PeerDialer dialer = new PeerDialer(loops);
    NavigableMap<NodeId, PeerLink> byId = new TreeMap<>();
    NavigableMap<NodeId, PeerLink> bulkById = new TreeMap<>();
    for (Member member : membership.configuration().get().members()) {
      if (!member.id().equals(membership.self().id())) {
        HostPort route = routes.get(member.id());
        HostPort address = route == null ? HostPort.of(member.peerAddress()) : route;
        byId.put(member.id(), new PeerLink(membership, member, Lane.STEADY, address, dialer, events, counters));
        bulkById.put(member.id(),
            new PeerLink(membership, member, Lane.BULK, address, dialer, PeerEvents.NONE, counters));
      }
    }
    links = Collections.unmodifiableNavigableMap(byId);
    bulkLinks = Collections.unmodifiableNavigableMap(bulkById);
  }

  public void start() {
    links.values().forEach(PeerLink::start);
    bulkLinks.values().forEach(PeerLink::start);
  }

  @Override
  public void send(NodeId to, long incarnation, Message message) {
    PeerLink link = (message instanceof InstallSnapshot ? bulkLinks : links).get(to);
    if (link == null || link.incarnation() != incarnation) {
      counters.dropped.increment(); // a member that this node has no link to yet, or no more
      return;
    }
    link.send(message);
  }

  /** Why each peer cannot be sent to at the moment; empty text: it can. */
  public NavigableMap<NodeId, String> troubles() {
    NavigableMap<NodeId, String> troubles = new TreeMap<>();
    links.forEach((id, link) -> troubles.put(id, link.trouble()));
    return troubles;
  }

  /** Whether messages to this peer go out at the moment. */
  public boolean isUp(NodeId peer) {
    PeerLink link = links.get(peer);
    return link != null && link.isUp();
  }

  public int linksUp() {
    return (int) links.values().stream().filter(PeerLink::isUp).count();
  }

  public long queuedBytes() {
    return links.values().stream().mapToLong(PeerLink::queuedBytes).sum() + queuedBulkBytes();
  }

  long queuedBulkBytes() {
    return bulkLinks.values().stream().mapToLong(PeerLink::queuedBytes).sum();
  }

  @Override
  public void close() {
    links.values().forEach(PeerLink::close);
    bulkLinks.values().forEach(PeerLink::close);
  }
}
