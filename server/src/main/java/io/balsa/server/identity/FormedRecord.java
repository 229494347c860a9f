package io.balsa.server.identity;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * The cluster that this node has formed, or joined (I2). Once it is durable the node belongs to this cluster and can form no other.
 *
 * @param state       how far its own part has come
 * @param clusterId   {@link #clusterIdOf} of the rest, so that all who form the same agree on it; never 0
 * @param startDigest of what the cluster starts from; 0: empty
 * @param initial     the members at the beginning, all voters; later ones stand in the log only
 * @param origin      how this node came to be in it
 */
public record FormedRecord(State state, long clusterId, long startDigest, Configuration initial, Origin origin) {

  /** FORMING: decided, the log may not exist yet. FORMED: the log exists; only now may the node vote. */
  public enum State {
    FORMING, FORMED
  }

  public enum Origin {
    /** It is one of the initial members. */
    FOUNDER,
    /** It was added to a cluster that existed, as a learner. */
    JOINED,
    /** It took the place of a voter that lost its log (I3): when it has caught up it asks to be one again. */
    REPLACED_A_VOTER
  }

  private static final String MAGIC = "balsa-formed 1";
  private static final String ORIGIN = "origin ";

  /** Of a founder. */
  public FormedRecord(State state, long clusterId, long startDigest, Configuration initial) {
    this(state, clusterId, startDigest, initial, Origin.FOUNDER);
  }

  public static FormedRecord forming(Configuration initial, long startDigest) {
    return new FormedRecord(State.FORMING, clusterIdOf(initial, startDigest), startDigest, initial);
  }

  public FormedRecord formed() {
    return new FormedRecord(State.FORMED, clusterId, startDigest, initial, origin);
  }

  public FormedRecord withOrigin(Origin theirs) {
    return new FormedRecord(state, clusterId, startDigest, initial, theirs);
  }

  /** Whether it says how a node of this identity came to the cluster: founders stand in it, all others do not. */
  boolean isOf(Identity node) {
    return (origin == Origin.FOUNDER) == initial.binds(node.id(), node.incarnation());
  }

  /** A hash of ids, incarnations and digest: addresses may change, these are what a cluster is. */
  public static long clusterIdOf(Configuration initial, long startDigest) {
    StringBuilder text = new StringBuilder("balsa-cluster 1\n").append(Identity.hex(startDigest)).append('\n');
    for (Member member : initial.members()) {
      text.append(member.id()).append(' ').append(Identity.hex(member.incarnation())).append('\n');
    }
    byte[] hash;
    try {
      hash = MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    long id = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      id = id << 8 | (hash[i] & 0xff);
    }
    return id == 0 ? 1 : id;
  }

  byte[] encode() {
    List<String> lines = new ArrayList<>(List.of(MAGIC, "state " + state, "cluster " + Identity.hex(clusterId),
        "digest " + Identity.hex(startDigest)));
    if (origin != Origin.FOUNDER) {
      lines.add(ORIGIN + origin);
    }
    initial.members().forEach(member -> lines.add("member " + MemberText.initial(member)));
    return ChecksummedText.encode(lines);
  }

  static FormedRecord decode(byte[] content) {
    List<String> lines = ChecksummedText.decode(content);
    if (lines.size() < 5 || !lines.get(0).equals(MAGIC)) {
      throw new IllegalArgumentException("it is no record that this version of Balsa can read");
    }
    boolean joined = lines.get(4).startsWith(ORIGIN);
    Origin origin = joined ? Origin.valueOf(Identity.field(lines.get(4), ORIGIN)) : Origin.FOUNDER;
    List<Member> members = new ArrayList<>();
    for (String line : lines.subList(joined ? 5 : 4, lines.size())) {
      members.add(MemberText.parseInitial(Identity.field(line, "member ")));
    }
    return new FormedRecord(State.valueOf(Identity.field(lines.get(1), "state ")),
        Long.parseUnsignedLong(Identity.field(lines.get(2), "cluster "), 16),
        Long.parseUnsignedLong(Identity.field(lines.get(3), "digest "), 16), new Configuration(members), origin);
  }
}
