package io.balsa.server.ops;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.balsa.raft.action.Role;
import io.balsa.raft.core.PeerStatus;
import io.balsa.raft.node.NodeStatus;
import io.balsa.server.grpc.FreshReads;
import io.balsa.server.grpc.NodeFacts;
import io.balsa.server.grpc.SessionStreams;
import io.balsa.server.transport.LinkCounters;
import io.balsa.server.transport.PeerTransport;
import io.balsa.storage.state.StateReads;
import java.util.Locale;
import java.util.function.Supplier;

/** The gauges of a node that runs: read from what keeps the numbers anyway, when they are asked for. */
public final class NodeMetrics {

  private NodeMetrics() {
  }

  public static void register(MetricRegistry metrics, Supplier<NodeStatus> status, StateReads reads, FreshReads fresh,
      SessionStreams streams, PeerTransport transport, LinkCounters links, NodeFacts facts) {
    for (Role role : Role.values()) {
      String name = role.name().toLowerCase(Locale.ROOT).replace('_', '.');
      gauge(metrics, "balsa.raft.role." + name, () -> status.get().role() == role ? 1 : 0);
    }
    gauge(metrics, "balsa.raft.leader.known", () -> status.get().leader() != null ? 1 : 0);
    gauge(metrics, "balsa.raft.term", () -> status.get().term());
    gauge(metrics, "balsa.raft.commit.index", () -> status.get().commitIndex());
    gauge(metrics, "balsa.raft.applied.index", () -> status.get().appliedIndex());
    gauge(metrics, "balsa.raft.last.index", () -> status.get().lastIndex());
    gauge(metrics, "balsa.raft.first.index", () -> status.get().firstIndex());
    gauge(metrics, "balsa.snapshots.taken", () -> facts.snapshots().taken());
    gauge(metrics, "balsa.snapshots.received", () -> facts.snapshots().received());
    gauge(metrics, "balsa.snapshots.refused", () -> facts.snapshots().refused());
    gauge(metrics, "balsa.snapshots.installed", () -> facts.snapshots().installed());
    gauge(metrics, "balsa.raft.mailbox.dropped", () -> status.get().droppedMessages());
    gauge(metrics, "balsa.raft.clock.cut.nanos", () -> status.get().clockCutNanos());
    gauge(metrics, "balsa.reads.served.at.once", fresh::servedAtOnce);
    gauge(metrics, "balsa.members.voters", () -> status.get().committedConfiguration().voters().size());
    gauge(metrics, "balsa.members.learners", () -> status.get().committedConfiguration().learners().size());
    gauge(metrics, "balsa.members.index", () -> status.get().committedConfigurationIndex());
    gauge(metrics, "balsa.peers.forgot", () -> status.get().peers().stream().filter(PeerStatus::hasForgotten).count());
    gauge(metrics, "balsa.learners.lag.max", () -> lag(status.get(), false));
    gauge(metrics, "balsa.followers.lag.max", () -> lag(status.get(), true));
    gauge(metrics, "balsa.store.revision", reads::revision);
    gauge(metrics, "balsa.store.compacted.revision", reads::compactedRevision);
    gauge(metrics, "balsa.store.bytes", facts::stateBytes);
    gauge(metrics, "balsa.log.bytes", facts::logBytes);
    gauge(metrics, "balsa.sessions", reads::sessionCount);
    gauge(metrics, "balsa.session.streams", streams::count);
    gauge(metrics, "balsa.peers.connected", transport::linksUp);
    gauge(metrics, "balsa.peers.queued.bytes", transport::queuedBytes);
    gauge(metrics, "balsa.peers.sent", links::sent);
    gauge(metrics, "balsa.peers.received", links::received);
    gauge(metrics, "balsa.peers.dropped", links::dropped);
    gauge(metrics, "balsa.peers.unreadable", links::unreadable);
  }

  /** Of a leader: how many entries the one lacks that lacks most; 0 elsewhere. */
  private static long lag(NodeStatus status, boolean voters) {
    return status.peers().stream().filter(peer -> status.configuration().isVoter(peer.id()) == voters)
        .mapToLong(peer -> Math.max(0, status.lastIndex() - peer.matchIndex())).max().orElse(0);
  }

  private static void gauge(MetricRegistry metrics, String name, Gauge<Number> value) {
    metrics.register(name, value);
  }
}
