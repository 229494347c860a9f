package io.balsa.server.join;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.server.config.HostPort;
import io.balsa.server.config.Labels;
import org.jspecify.annotations.Nullable;

/** What a member record may say; checked before it is proposed, for no node could do without it once it stands in the log. */
public final class MemberChecks {
  private static final int ADDRESS_CHARS_MAX = 260;

  private MemberChecks() {
  }

  /**
   * @param members the others, and perhaps an older record of the same id
   * @return what is wrong with this record, for people, or null
   */
  public static @Nullable String problem(Member member, Configuration members) {
    String problem = addressProblem("peer address", member.peerAddress());
    if (problem == null) {
      problem = addressProblem("client address", member.clientAddress());
    }
    if (problem == null) {
      problem = Labels.zoneProblem(member.zone());
    }
    if (problem == null) {
      problem = Labels.priorityProblem(member.priority());
    }
    if (problem != null) {
      return problem;
    }
    for (Member other : members.members()) {
      if (!other.id().equals(member.id()) && other.peerAddress().equals(member.peerAddress())) {
        return member.peerAddress() + " is the peer address of " + other.id() + "; each node has its own";
      }
    }
    return null;
  }

  private static @Nullable String addressProblem(String what, String address) {
    if (address.length() > ADDRESS_CHARS_MAX) {
      return what + ": longer than " + ADDRESS_CHARS_MAX + " characters";
    }
    try {
      HostPort parsed = HostPort.of(address);
      return parsed.port() == 0 || parsed.isWildcard()
          ? what + ": nobody can dial " + address + "; give the address by which others reach the node"
          : null;
    } catch (IllegalArgumentException e) {
      return what + ": " + e.getMessage();
    }
  }

  /** A node's name as it was given. @return what is wrong with it, or null */
  public static @Nullable String idProblem(String id) {
    try {
      new NodeId(id);
      return null;
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
