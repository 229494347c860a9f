package io.balsa.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom a node keeps links to. */
class MembershipTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");
  private static final Identity SELF = new Identity(N1, 1);

  private static Configuration members(long second, long third) {
    List<Member> members = new ArrayList<>(List.of(new Member(N1, 1, true, "a:1", "")));
    members.add(new Member(N2, second, second != 0, "b:" + (second + 1), ""));
    if (third > 0) {
      members.add(new Member(N3, third, true, "c:" + third, ""));
    }
    return new Configuration(members);
  }

  private static KnownMembers at(long index, Configuration members) {
    return new KnownMembers(7, index, members);
  }

  private final KnownMembers initial = at(0, members(2, 0));
  private final Membership membership = new Membership(SELF, initial, initial);

  @Test
  void whoeverEitherConfigurationNames() {
    membership.own(members(2, 3), initial);
    assertThat(membership.view().peers(N1).keySet()).as("appended").containsExactly(N2, N3);
    membership.own(members(2, 0), at(5, members(2, 3)));
    assertThat(membership.view().peers(N1).keySet()).as("being removed").containsExactly(N2, N3);
    membership.own(members(2, 0), at(6, members(2, 0)));
    assertThat(membership.view().peers(N1).keySet()).as("removed").containsExactly(N2);
  }

  @Test
  void nobodyDialsAReservedMember() {
    membership.own(members(0, 3), at(5, members(0, 3)));
    assertThat(membership.view().peers(N1).keySet()).containsExactly(N3);
  }

  @Test
  void theOwnNewestOneCountsWhereBothNameAnId() {
    membership.own(members(22, 0), initial);
    assertThat(membership.view().peers(N1).get(N2).incarnation()).isEqualTo(22);
  }

  /**
   * n2 has become another while this node's log lags, and only n2 is left to bring the log: what is known to be committed counts, or
   * neither could ever answer the other.
   */
  @Test
  void whatIsCommittedCountsWhereTheOwnLogLags() {
    membership.own(members(2, 0), initial);
    membership.learn(at(50, members(22, 0)));
    assertThat(membership.view().peers(N1).get(N2).incarnation()).isEqualTo(22);
    membership.own(members(22, 0), at(50, members(22, 0)));
    membership.own(members(23, 0), at(50, members(22, 0)));
    assertThat(membership.view().peers(N1).get(N2).incarnation()).as("it has caught up, and leads").isEqualTo(23);
  }

  @Test
  void listenersHearOfEveryChangeOnceAndOfHowItIsAtFirst() {
    List<Long> heard = new ArrayList<>();
    membership.addListener(view -> heard.add(view.known().index()));
    membership.learn(at(9, members(2, 3)));
    membership.learn(at(9, members(2, 3)));
    membership.learn(at(8, members(2, 0)));
    membership.learn(new KnownMembers(8, 10, members(2, 0)));
    membership.own(members(2, 3), at(9, members(2, 3)));
    assertThat(heard).as("at first, what was brought, what is the own by now").containsExactly(0L, 9L, 9L);
  }
}
