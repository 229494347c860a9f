package io.balsa.raft.log;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The membership of a cluster: the only place where it lives is the log (its entries of type CONFIGURATION, and before them
 * the header of the first segment). Members are sorted by id.
 */
public record Configuration(List<Member> members) {
  /** Version 1 has no priorities and zones. */
  private static final byte FORMAT_VERSION_1 = 1;
  private static final byte FORMAT_VERSION_2 = 2;

  public static final int MEMBERS_MAX = 64;

  public static final Configuration EMPTY = new Configuration(List.of());

  public Configuration {
    members = members.stream().sorted(Comparator.comparing(Member::id)).toList();
    for (int i = 1; i < members.size(); i++) {
      if (members.get(i - 1).id().equals(members.get(i).id())) {
        throw new IllegalArgumentException("member " + members.get(i).id() + " stands twice in " + members);
      }
    }
  }

  public List<NodeId> voters() {
    return members.stream().filter(Member::voter).map(Member::id).toList();
  }

  public List<NodeId> learners() {
    return members.stream().filter(m -> !m.voter()).map(Member::id).toList();
  }

  public boolean isVoter(NodeId id) {
    Member member = member(id);
    return member != null && member.voter();
  }

  public @Nullable Member member(NodeId id) {
    for (Member member : members) {
      if (member.id().equals(id)) {
        return member;
      }
    }
    return null;
  }

  /** Whether this id is bound to exactly this incarnation (I1). */
  public boolean binds(NodeId id, long incarnation) {
    Member member = member(id);
    return member != null && !member.isReserved() && member.incarnation() == incarnation;
  }

  /** This one with another member, or with this in place of the member of the same id. */
  public Configuration with(Member changed) {
    List<Member> next = new ArrayList<>(without(changed.id()).members);
    next.add(changed);
    return new Configuration(next);
  }

  public Configuration without(NodeId id) {
    return new Configuration(members.stream().filter(member -> !member.id().equals(id)).toList());
  }

  /** The same bytes for the same configuration, on every node, in the lowest version that can say it (A1). */
  public Bytes encode() {
    boolean plain = members.stream().allMatch(member -> member.priority() == 0 && member.zone().isEmpty());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(plain ? FORMAT_VERSION_1 : FORMAT_VERSION_2);
      out.writeInt(members.size());
      for (Member member : members) {
        out.writeUTF(member.id().value());
        out.writeLong(member.incarnation());
        out.writeBoolean(member.voter());
        out.writeUTF(member.peerAddress());
        out.writeUTF(member.clientAddress());
        if (!plain) {
          out.writeInt(member.priority());
          out.writeUTF(member.zone());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Bytes.wrap(bytes.toByteArray());
  }

  /** @throws IllegalArgumentException if these bytes are no configuration */
  public static Configuration decode(Bytes encoded) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded.array()))) {
      byte version = in.readByte();
      int count = in.readInt();
      if (version < FORMAT_VERSION_1 || version > FORMAT_VERSION_2 || count < 0 || count > MEMBERS_MAX) {
        throw new IllegalArgumentException("not a configuration: version " + version + ", " + count + " members");
      }
      List<Member> members = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        members.add(member(in, version));
      }
      if (in.read() != -1) {
        throw new IllegalArgumentException("bytes left over after a configuration");
      }
      return new Configuration(members);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a configuration: " + e.getMessage(), e);
    }
  }

  private static Member member(DataInputStream in, byte version) throws IOException {
    NodeId id = new NodeId(in.readUTF());
    long incarnation = in.readLong();
    boolean voter = in.readBoolean();
    String peerAddress = in.readUTF();
    String clientAddress = in.readUTF();
    return version == FORMAT_VERSION_1
        ? new Member(id, incarnation, voter, peerAddress, clientAddress)
        : new Member(id, incarnation, voter, peerAddress, clientAddress, in.readInt(), in.readUTF());
  }
}
