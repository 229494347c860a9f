package io.balsa.server.identity;

import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;

/** A member as a line of the small files of a data directory. */
final class MemberText {
  private static final String VOTER = "voter";
  private static final String LEARNER = "learner";

  private MemberText() {
  }

  /** Of one that formed the cluster. Labels stand in it only if there are any. */
  static String initial(Member member) {
    String line = member.id() + " " + Identity.hex(member.incarnation()) + " " + member.peerAddress() + " "
        + member.clientAddress();
    return member.priority() == 0 && member.zone().isEmpty() ? line
        : line + " " + member.priority() + " " + member.zone();
  }

  static Member parseInitial(String text) {
    String[] parts = text.split(" ", -1);
    if (parts.length != 4 && parts.length != 6) {
      throw new IllegalArgumentException("a member has " + parts.length + " fields");
    }
    boolean labelled = parts.length == 6;
    return new Member(new NodeId(parts[0]), incarnation(parts[1]), true, parts[2], parts[3],
        labelled ? Integer.parseInt(parts[4]) : 0, labelled ? parts[5] : "");
  }

  static String known(Member member) {
    return member.id() + " " + Identity.hex(member.incarnation()) + " " + (member.voter() ? VOTER : LEARNER) + " "
        + member.peerAddress() + " " + member.clientAddress() + " " + member.priority() + " " + member.zone();
  }

  static Member parseKnown(String text) {
    String[] parts = text.split(" ", -1);
    if (parts.length != 7 || !(parts[2].equals(VOTER) || parts[2].equals(LEARNER))) {
      throw new IllegalArgumentException("no member: " + text);
    }
    return new Member(new NodeId(parts[0]), incarnation(parts[1]), parts[2].equals(VOTER), parts[3], parts[4],
        Integer.parseInt(parts[5]), parts[6]);
  }

  private static long incarnation(String hex) {
    return Long.parseUnsignedLong(hex, 16);
  }
}
