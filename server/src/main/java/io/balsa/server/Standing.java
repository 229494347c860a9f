package io.balsa.server;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.server.config.ServerConfig;
import io.balsa.server.formation.Candidate;
import io.balsa.server.identity.DataDirectory;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import io.balsa.server.identity.ReplacementRecord;
import io.balsa.server.identity.StartRefused;
import io.balsa.server.transport.PeerAdmission;
import java.io.IOException;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a data directory says about its node at a start.
 *
 * @param startDigest of what it would form a cluster from (I2)
 * @param formed      the cluster that it belongs to; null: none
 * @param known       the members that were known last; null: it belongs to no cluster
 * @param replacement it is not itself any more (I3); null: it is
 * @param lostLog     its log is gone: why that is said; null: there is one, or none is to be
 */
record Standing(Identity identity, long startDigest, @Nullable FormedRecord formed, @Nullable KnownMembers known,
    @Nullable ReplacementRecord replacement, @Nullable String lostLog) {

  /** @throws StartRefused if the node must not start with this directory */
  static Standing read(ServerConfig config, DataDirectory data) throws StartRefused, IOException {
    ReplacementRecord replacement = data.replacement(config.id());
    if (replacement != null && replacement.isGranted()) {
      // What lies in the directory may be half of each: it is put in order before any of it is read.
      return new Standing(replacement.renewed(), 0, replacement.joined(), null, replacement, null);
    }
    Identity identity = data.identity(config.id());
    FormedRecord formed = data.formed(identity);
    long startDigest = data.startDigest();
    if (formed == null) {
      return new Standing(identity, startDigest, null, null, null, null);
    }
    KnownMembers known = known(data, formed);
    if (replacement != null) {
      requireAutomatic(config, replacement);
      return new Standing(identity, startDigest, formed, known, replacement, null);
    }
    if (known.index() > 0 && !known.binds(identity)) {
      throw new StartRefused(PeerAdmission.removed(identity, known));
    }
    String lost = data.isLogLost(formed) ? "the log of " + identity.id() + " in " + data.log() + " is gone" : null;
    return new Standing(identity, startDigest, formed, known, null, lost);
  }

  private static void requireAutomatic(ServerConfig config, ReplacementRecord replacement) throws StartRefused {
    if (!config.replacement().automatic()) {
      throw new StartRefused(replacement.why() + ", so " + config.id() + " is to be replaced by a new incarnation"
          + " of itself. Start it with --auto-replace on, or " + DataDirectory.byHand(config.id()));
    }
  }

  /** The members of its cluster as this directory knows them; at least those that formed it. */
  static KnownMembers known(DataDirectory data, FormedRecord formed) throws StartRefused, IOException {
    KnownMembers known = data.known(formed.clusterId());
    return known == null ? new KnownMembers(formed.clusterId(), 0, formed.initial()) : known;
  }

  Candidate candidate(ServerConfig config) {
    return candidate(config, identity, startDigest);
  }

  static Candidate candidate(ServerConfig config, Identity identity, long startDigest) {
    Integer priority = config.priority();
    String zone = config.zone();
    return new Candidate(identity, given(config), config.advertise().toString(), startDigest,
        priority == null ? 0 : priority, zone == null ? "" : zone);
  }

  private static NavigableMap<NodeId, String> given(ServerConfig config) {
    NavigableMap<NodeId, String> given = new TreeMap<>();
    config.cluster().forEach((id, address) -> given.put(id, address.toString()));
    return given;
  }

  /** What the log says beats what stands on the command line; whoever gave the flags is told. */
  void warnOfOtherSettings(ServerConfig config, Notices notices) {
    if (formed == null || known == null) {
      return;
    }
    NavigableMap<NodeId, String> given = given(config);
    if (!given.isEmpty() && !given.equals(addresses(known.configuration()))
        && !given.equals(addresses(formed.initial()))) {
      notices.say("--cluster says " + given + ", but this node is of the cluster " + addresses(known.configuration())
          + ", and that is what counts; use --peer-route, or 'balsa member set', where a node has moved");
    }
    Member self = known.configuration().member(identity.id());
    if (self == null) {
      return;
    }
    warn(notices, "clients are sent to", self.clientAddress(), config.advertise().toString(), "--client-address");
    warn(notices, "other nodes are sent to", self.peerAddress(), config.peerAdvertise().toString(), "--peer-address");
    if (config.zone() != null) {
      warn(notices, "its zone is", self.zone(), config.zone(), "--zone");
    }
    if (config.priority() != null) {
      warn(notices, "its priority is", Integer.toString(self.priority()), config.priority().toString(), "--priority");
    }
  }

  private void warn(Notices notices, String what, String stored, String given, String flag) {
    if (!stored.equals(given)) {
      notices.say(
          what + " \"" + stored + "\", as the members have it, not \"" + given + "\"; to change that: balsa member set "
              + identity.id() + " " + flag + " " + given);
    }
  }

  private static NavigableMap<NodeId, String> addresses(Configuration members) {
    return members.members().stream()
        .collect(Collectors.toMap(Member::id, Member::peerAddress, (one, other) -> one, TreeMap::new));
  }
}
