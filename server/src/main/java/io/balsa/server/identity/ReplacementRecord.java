package io.balsa.server.identity;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That the log in a data directory was lost or cannot be trusted, so that its node is not itself any more (I3): it takes part in
 * nothing, and asks the other members to put a new incarnation in its place. Once this is durable no start takes the old identity up
 * again.
 *
 * @param old            who the directory was
 * @param newIncarnation whom it is to become; the same however often it has to ask
 * @param voter          whether the old one voted, as far as is known
 * @param why            what was found, for people
 * @param formed         the cluster
 * @param granted        null: it still asks
 */
public record ReplacementRecord(Identity old, long newIncarnation, boolean voter, String why, FormedRecord formed,
    @Nullable Granted granted) {
  static final String FILE = "replacement";

  private static final String MAGIC = "balsa-replacement 1";
  private static final String GRANTED = "granted ";

  /**
   * The old incarnation is a member no more, and the new one is: both committed.
   *
   * @param members   who says so
   * @param directory where the old content goes, inside the data directory
   */
  public record Granted(KnownMembers members, String directory) {
  }

  public Identity renewed() {
    return new Identity(old.id(), newIncarnation);
  }

  public ReplacementRecord withVoter(boolean isVoter) {
    return new ReplacementRecord(old, newIncarnation, isVoter, why, formed, granted);
  }

  ReplacementRecord granted(KnownMembers members, String directory) {
    return new ReplacementRecord(old, newIncarnation, voter, why, formed, new Granted(members, directory));
  }

  public boolean isGranted() {
    return granted != null;
  }

  /** How the new incarnation comes to the cluster. */
  public FormedRecord joined() {
    return FormedRecord.forming(formed.initial(), formed.startDigest())
        .withOrigin(voter ? FormedRecord.Origin.REPLACED_A_VOTER : FormedRecord.Origin.JOINED);
  }

  byte[] encode() {
    List<String> lines = new ArrayList<>(List.of(MAGIC, "id " + old.id(), "old " + Identity.hex(old.incarnation()),
        "new " + Identity.hex(newIncarnation), "voter " + voter, "why " + why.replaceAll("\\s+", " "),
        "digest " + Identity.hex(formed.startDigest())));
    formed.initial().members().forEach(member -> lines.add("member " + MemberText.initial(member)));
    if (granted != null) {
      lines.add(GRANTED + granted.members().index() + " " + granted.directory());
      granted.members().configuration().members().forEach(member -> lines.add("now " + MemberText.known(member)));
    }
    return ChecksummedText.encode(lines);
  }

  static ReplacementRecord decode(byte[] content) {
    List<String> lines = ChecksummedText.decode(content);
    if (lines.size() < 8 || !lines.get(0).equals(MAGIC)) {
      throw new IllegalArgumentException("it is no record that this version of Balsa can read");
    }
    Identity old = new Identity(new NodeId(Identity.field(lines.get(1), "id ")), hex(lines.get(2), "old "));
    List<Member> initial = new ArrayList<>();
    int at = 7;
    for (; at < lines.size() && !lines.get(at).startsWith(GRANTED); at++) {
      initial.add(MemberText.parseInitial(Identity.field(lines.get(at), "member ")));
    }
    FormedRecord formed = FormedRecord.forming(new Configuration(initial), hex(lines.get(6), "digest "));
    ReplacementRecord asking = new ReplacementRecord(old, hex(lines.get(3), "new "),
        Boolean.parseBoolean(Identity.field(lines.get(4), "voter ")), Identity.field(lines.get(5), "why "), formed,
        null);
    if (at == lines.size()) {
      return asking;
    }
    String[] granted = Identity.field(lines.get(at), GRANTED).split(" ", 2);
    List<Member> members = new ArrayList<>();
    for (String line : lines.subList(at + 1, lines.size())) {
      members.add(MemberText.parseKnown(Identity.field(line, "now ")));
    }
    return asking.granted(
        new KnownMembers(formed.clusterId(), Long.parseLong(granted[0]), new Configuration(members)), granted[1]);
  }

  private static long hex(String line, String name) {
    return Long.parseUnsignedLong(Identity.field(line, name), 16);
  }
}
