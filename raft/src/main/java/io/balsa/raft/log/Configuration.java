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
  private static final byte FORMAT_VERSION = 1;
  private static final int MEMBERS_MAX = 64;

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

  /** The same bytes for the same configuration, on every node. */
  public Bytes encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT_VERSION);
      out.writeInt(members.size());
      for (Member member : members) {
        out.writeUTF(member.id().value());
        out.writeLong(member.incarnation());
        out.writeBoolean(member.voter());
        out.writeUTF(member.peerAddress());
        out.writeUTF(member.clientAddress());
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
      if (version != FORMAT_VERSION || count < 0 || count > MEMBERS_MAX) {
        throw new IllegalArgumentException("not a configuration: version " + version + ", " + count + " members");
      }
      List<Member> members = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        members.add(new Member(new NodeId(in.readUTF()), in.readLong(), in.readBoolean(), in.readUTF(), in.readUTF()));
      }
      if (in.read() != -1) {
        throw new IllegalArgumentException("bytes left over after a configuration");
      }
      return new Configuration(members);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a configuration: " + e.getMessage(), e);
    }
  }
}
