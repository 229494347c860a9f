package io.balsa.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import io.balsa.server.transport.PeerAdmission.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** I1 while members come and go: whom a node admits that may lag, and whom nobody admits any more. */
class PeerAdmissionTest {
  private static final long CLUSTER = 77;
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N4 = new NodeId("n4");

  private static Configuration members(String... texts) {
    List<Member> members = new ArrayList<>();
    for (String text : texts) {
      String[] parts = text.split(":", -1);
      members
          .add(new Member(new NodeId(parts[0]), Long.parseLong(parts[1]), !parts[1].equals("0"), parts[0] + ":1", ""));
    }
    return new Configuration(members);
  }

  private static KnownMembers at(long index, String... members) {
    return new KnownMembers(CLUSTER, index, members(members));
  }

  private static final KnownMembers FOUNDERS = at(0, "n1:1", "n2:2", "n3:3");
  private static final KnownMembers WITH_4 = at(20, "n1:1", "n2:2", "n3:3", "n4:4");
  private static final KnownMembers WITHOUT_4 = at(30, "n1:1", "n2:2", "n3:3");

  private static Membership of(KnownMembers own, KnownMembers known) {
    Membership membership = new Membership(new Identity(N2, 2), FOUNDERS, known);
    membership.own(own.configuration(), own);
    return membership;
  }

  private static Refusal judge(Membership membership, long incarnation, KnownMembers brought) {
    return PeerAdmission.judge(membership.view(), N4, incarnation, brought);
  }

  /** n1 died before n2 heard of 4: n2 and 4 are the quorum, and n2 has only what 4 brings. */
  @Test
  void whoeverWasAddedIsAdmittedByANodeThatLags() {
    assertThat(judge(of(FOUNDERS, FOUNDERS), 4, WITH_4)).isNull();
  }

  @Test
  void whoeverWasRemovedIsTurnedDownWithTheProof() {
    Refusal refusal = judge(of(WITHOUT_4, WITHOUT_4), 4, WITH_4);
    assertThat(refusal.reason()).isEqualTo("REMOVED");
    assertThat(refusal.message()).contains("n4", "0000000000000004", "was removed", "entry 30", "balsa member add");
    assertThat(refusal.evidence()).isEqualTo(WITHOUT_4);
  }

  /** The log of the one who is asked lags, but it has heard. */
  @Test
  void whatAPeerHasBroughtCountsLikeTheOwn() {
    Membership lagging = of(FOUNDERS, FOUNDERS);
    lagging.learn(WITHOUT_4);
    assertThat(judge(lagging, 4, WITH_4).reason()).isEqualTo("REMOVED");
  }

  @Test
  void anotherIncarnationInItsPlaceIsARemovalToo() {
    KnownMembers replaced = at(40, "n1:1", "n2:2", "n3:3", "n4:44");
    Refusal refusal = judge(of(replaced, replaced), 4, WITH_4);
    assertThat(refusal.reason()).isEqualTo("REMOVED");
    assertThat(refusal.message()).contains("another incarnation", "000000000000002c");
    assertThat(judge(of(replaced, replaced), 44, at(0, "n1:1"))).as("the new one, whatever it brings").isNull();
  }

  /** The leader has appended it, and nobody knows yet whether it will be committed (I5). */
  @Test
  void theOwnNewestConfigurationAdmitsBeforeItIsCommitted() {
    Membership leader = of(FOUNDERS, FOUNDERS);
    leader.own(WITH_4.configuration(), FOUNDERS);
    assertThat(judge(leader, 4, FOUNDERS)).isNull();
    leader.own(FOUNDERS.configuration(), FOUNDERS); // truncated
    assertThat(judge(leader, 4, FOUNDERS).reason()).isEqualTo("UNKNOWN_MEMBER");
  }

  @Test
  void anOldProofIsNone() {
    assertThat(judge(of(FOUNDERS, FOUNDERS), 4, at(0, "n4:4"))).as("as old as what is known: nothing newer is proven")
        .extracting(Refusal::reason).isEqualTo("UNKNOWN_MEMBER");
    assertThat(judge(of(WITH_4, WITH_4), 5, FOUNDERS).reason()).as("it was somebody else's place before")
        .isEqualTo("REMOVED");
    assertThat(judge(of(WITH_4, WITH_4), 5, at(25, "n4:4")).reason()).isEqualTo("WRONG_INCARNATION");
  }

  /** A reserved id is nobody's. */
  @Test
  void aReservedMemberAdmitsNobody() {
    KnownMembers reserved = at(20, "n1:1", "n2:2", "n3:3", "n4:0");
    assertThat(judge(of(reserved, reserved), 0, at(20)).reason()).isEqualTo("UNKNOWN_MEMBER");
    assertThat(judge(of(reserved, reserved), 4, at(20)).reason()).isEqualTo("UNKNOWN_MEMBER");
  }

  @Test
  void oneThatWasAddedDoesNotTakeWhatIsOlderThanItForItsRemoval() {
    Identity four = new Identity(N4, 4);
    Membership joined = new Membership(four, FOUNDERS, WITH_4);
    assertThat(joined.view().isRemoved(four)).isFalse();
    for (long index = 0; index < 20; index += 5) { // its log comes, from the begin
      joined.own(FOUNDERS.configuration(), at(index, "n1:1", "n2:2", "n3:3"));
      assertThat(joined.view().isRemoved(four)).isFalse();
    }
    joined.own(WITH_4.configuration(), WITH_4);
    joined.learn(at(19, "n1:1"));
    assertThat(joined.view().isRemoved(four)).isFalse();
    joined.learn(WITHOUT_4);
    assertThat(joined.view().isRemoved(four)).isTrue();
  }

  @Test
  void aNodeFindsItsOwnRemovalInItsLog() {
    Identity two = new Identity(N2, 2);
    Membership membership = of(FOUNDERS, FOUNDERS);
    membership.own(members("n1:1", "n3:3"), FOUNDERS);
    assertThat(membership.view().isRemoved(two)).as("appended only").isFalse();
    membership.own(members("n1:1", "n3:3"), at(9, "n1:1", "n3:3"));
    assertThat(membership.view().isRemoved(two)).isTrue();
  }

  /**
   * Any chain of committed configurations, any two nodes with any part of it: of two who judge each other, whoever is a member at the end of
   * what both know together is admitted, and whoever is not is told so by whoever knows more.
   */
  @Test
  void allThatTwoCanKnow() {
    Random random = new Random(1);
    for (int round = 0; round < 2_000; round++) {
      List<KnownMembers> chain = new ArrayList<>(List.of(FOUNDERS));
      boolean in = false;
      long incarnation = 40;
      for (int change = 1; change <= 4; change++) {
        in = !in;
        incarnation += in ? 1 : 0;
        chain.add(in ? at(change * 10L, "n1:1", "n2:2", "n3:3", "n4:" + incarnation)
            : at(change * 10L, "n1:1", "n2:2", "n3:3"));
      }
      KnownMembers mine = chain.get(random.nextInt(chain.size()));
      KnownMembers theirs = chain.get(random.nextInt(chain.size()));
      long asked = 41L + random.nextInt(2);
      Refusal refusal = judge(of(mine, mine), asked, theirs);
      KnownMembers newer = mine.newer(theirs);
      boolean expected = newer.configuration().binds(N4, asked) || mine.configuration().binds(N4, asked);
      assertThat(refusal == null).as("%s asks with %s, %s answers", asked, theirs, mine).isEqualTo(expected);
      if (refusal != null && refusal.evidence() != null) {
        assertThat(refusal.evidence().index()).isGreaterThan(theirs.index());
        assertThat(refusal.evidence().configuration().binds(N4, asked)).isFalse();
      }
    }
  }
}
