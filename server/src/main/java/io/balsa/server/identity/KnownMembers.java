package io.balsa.server.identity;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import java.util.ArrayList;
import java.util.List;

/**
 * A configuration that is known to be committed. Those of one cluster form a chain, ordered by index, so of two the one with the
 * higher index is the newer, or the same. In a data directory it says, after a restart, whom to dial: a node that was added has
 * nobody to dial in its log before the log has come, and one that lost its log has none either.
 *
 * @param clusterId whose members they are
 * @param index     at which it was in force: of its entry, or of a later one before the next change
 */
public record KnownMembers(long clusterId, long index, Configuration configuration) {
  static final String FILE = "known";

  private static final String MAGIC = "balsa-known 1";

  /** Whether this node is a member: its id stands for this very incarnation (I1). */
  public boolean binds(Identity node) {
    return configuration.binds(node.id(), node.incarnation());
  }

  /** The newer of both. */
  public KnownMembers newer(KnownMembers other) {
    return other.index > index ? other : this;
  }

  byte[] encode() {
    List<String> lines = new ArrayList<>(List.of(MAGIC, "cluster " + Identity.hex(clusterId), "index " + index));
    configuration.members().forEach(member -> lines.add("member " + MemberText.known(member)));
    return ChecksummedText.encode(lines);
  }

  static KnownMembers decode(byte[] content) {
    List<String> lines = ChecksummedText.decode(content);
    if (lines.size() < 3 || !lines.get(0).equals(MAGIC)) {
      throw new IllegalArgumentException("it is no record that this version of Balsa can read");
    }
    List<Member> members = new ArrayList<>();
    for (String line : lines.subList(3, lines.size())) {
      members.add(MemberText.parseKnown(Identity.field(line, "member ")));
    }
    return new KnownMembers(Long.parseUnsignedLong(Identity.field(lines.get(1), "cluster "), 16),
        Long.parseLong(Identity.field(lines.get(2), "index ")), new Configuration(members));
  }
}
