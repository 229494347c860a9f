package io.balsa.raft.sim.invariant;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.Member;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.LostEntries;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.sim.Call;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.Pointers;
import io.balsa.raft.sim.SimOptions;
import io.balsa.raft.sim.SimRandom;
import io.balsa.raft.sim.Violation;
import io.balsa.raft.sim.World;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each invariant of the membership accepts what is right and finds what is wrong. a, b and c are voters; d is none. */
class MembershipInvariantsTest {
  private final FakeNode a = new FakeNode("a", 1);
  private final FakeNode b = new FakeNode("b", 2);
  private final FakeNode c = new FakeNode("c", 3);
  private final FakeNode d = new FakeNode("d", 4);
  private final Configuration abc = new Configuration(List.of(voter(a), voter(b), voter(c)));
  private final Ledger ledger = new Ledger(abc);

  private static Member voter(FakeNode node) {
    return new Member(node.id, node.incarnation, true, "", "");
  }

  private static Member learner(FakeNode node) {
    return new Member(node.id, node.incarnation, false, "", "");
  }

  private <I extends Invariant> I begun(I invariant) {
    SimOptions options = SimOptions.draw(new SimRandom(3), Duration.ofSeconds(1));
    invariant.begins(new World(List.of(a, b, c, d), ledger, options, () -> 0));
    return invariant;
  }

  private static void assertFound(Class<? extends Invariant> by, ThrowingCallable event) {
    assertThatThrownBy(event).isInstanceOfSatisfying(Violation.class,
        found -> assertThat(found.invariant()).isEqualTo(by.getSimpleName()));
  }

  /** Stands in the logs of all these, durably. */
  private Ledger.Known append(Configuration configuration, long term, FakeNode... nodes) {
    long index = nodes[0].log.size() + 1L;
    Entry entry = new Entry(EntryType.CONFIGURATION, term, index, 0, configuration.encode());
    Ledger.Known known = new Ledger.Known(entry, LogId.ZERO, 0, nodes[0]);
    ledger.add(known);
    for (FakeNode node : nodes) {
      node.log.add(entry);
      node.durableEntries = node.log.size();
    }
    return known;
  }

  private void commit(FakeNode node) {
    for (int i = ledger.committed().size(); i < node.log.size(); i++) {
      ledger.commit(node.log.get(i), node.log.get(i).term());
    }
  }

  private static RoleChanged leads(FakeNode node, long term) {
    return new RoleChanged(Role.LEADER, term, node.id, "elected");
  }

  @Test
  void committedOnQuorum() {
    CommittedOnQuorum invariant = begun(new CommittedOnQuorum());
    a.with(1);
    b.with(1);
    a.role = Role.LEADER;
    commit(a);
    invariant.committed(a, 1);
    b.durableEntries = 0;
    assertFound(CommittedOnQuorum.class, () -> invariant.committed(a, 1));
    assertFound(CommittedOnQuorum.class, () -> invariant.crashed(b));
    assertFound(CommittedOnQuorum.class, () -> invariant.persisted(b));
  }

  /** Two of three are not enough where the log says that there are four. */
  @Test
  void committedOnQuorumOfTheConfigurationInTheLog() {
    CommittedOnQuorum invariant = begun(new CommittedOnQuorum());
    append(abc.with(voter(d)), 1, a, b);
    a.role = Role.LEADER;
    commit(a);
    assertFound(CommittedOnQuorum.class, () -> invariant.committed(a, 1));
    d.log.add(a.log.get(0));
    d.durableEntries = 1;
    invariant.committed(a, 1);
  }

  /** The configuration may be appended after the entry that is committed. */
  @Test
  void committedOnQuorumBeforeOrAfterAnAppend() {
    CommittedOnQuorum invariant = begun(new CommittedOnQuorum());
    a.with(1);
    b.with(1);
    commit(a);
    append(abc.with(voter(d)), 1, a);
    a.role = Role.LEADER;
    invariant.committed(a, 1);
    assertThat(a.log).hasSize(2);
  }

  /** Another incarnation's disk is not that of the member. */
  @Test
  void committedOnQuorumOfTheseIncarnations() {
    CommittedOnQuorum invariant = begun(new CommittedOnQuorum());
    append(abc.with(new Member(b.id, 99, true, "", "")), 1, a, b);
    a.role = Role.LEADER;
    commit(a);
    assertFound(CommittedOnQuorum.class, () -> invariant.committed(a, 1));
  }

  @Test
  void electedByMajority() {
    ElectedByMajority invariant = begun(new ElectedByMajority());
    invariant.sent(a, b.id, new RequestVote(2, LogId.ZERO, false));
    assertFound(ElectedByMajority.class, () -> invariant.roleChanged(a, leads(a, 2)));
    invariant.sent(d, a.id, new RequestVoteReply(2, true));
    invariant.sent(b, a.id, new RequestVoteReply(2, false));
    invariant.sent(b, a.id, new RequestVoteReply(1, true));
    assertFound(ElectedByMajority.class, () -> invariant.roleChanged(a, leads(a, 2)));
    invariant.sent(b, a.id, new RequestVoteReply(2, true));
    invariant.roleChanged(a, leads(a, 2));
  }

  @Test
  void electedByMajorityWithoutItself() {
    ElectedByMajority invariant = begun(new ElectedByMajority());
    append(abc.without(a.id), 1, a);
    invariant.sent(b, a.id, new RequestVoteReply(2, true));
    assertFound(ElectedByMajority.class, () -> invariant.roleChanged(a, leads(a, 2)));
    invariant.sent(c, a.id, new RequestVoteReply(2, true));
    invariant.roleChanged(a, leads(a, 2));
  }

  @Test
  void standsOnlyAsVoter() {
    StandsOnlyAsVoter invariant = begun(new StandsOnlyAsVoter());
    invariant.roleChanged(a, stands(Role.PRE_CANDIDATE));
    invariant.roleChanged(d, stands(Role.LEARNER));
    assertFound(StandsOnlyAsVoter.class, () -> invariant.roleChanged(d, stands(Role.PRE_CANDIDATE)));
    FakeNode successor = new FakeNode("a", 9);
    assertFound(StandsOnlyAsVoter.class, () -> invariant.roleChanged(successor, stands(Role.PRE_CANDIDATE)));
    append(abc.without(a.id), 1, a);
    invariant.roleChanged(a, stands(Role.CANDIDATE));
    a.commitIndex = 1;
    assertFound(StandsOnlyAsVoter.class, () -> invariant.roleChanged(a, stands(Role.CANDIDATE)));
  }

  private static RoleChanged stands(Role role) {
    return new RoleChanged(role, 2, null, "it is due");
  }

  private void judged(SingleServerChange invariant, Ledger.Known known) {
    invariant.created(a, known);
    invariant.polled(b, new Pointers(1, 1, 1, 1, 1));
    invariant.polled(a, new Pointers(1, 1, 1, 1, 1));
  }

  @Test
  void singleServerChange() {
    SingleServerChange invariant = begun(new SingleServerChange());
    a.with(1);
    Ledger.Known early = append(abc.with(learner(d)), 1, a);
    assertFound(SingleServerChange.class, () -> judged(invariant, early));
    ledger.commit(a.log.get(0), 1);
    judged(invariant, early);
    Ledger.Known second = append(abc.with(voter(d)), 1, a);
    assertFound(SingleServerChange.class, () -> judged(invariant, second));
    commit(a);
    judged(invariant, append(abc.with(voter(d)).with(learner(a)), 1, a));
    commit(a);
    Ledger.Known two = append(abc.without(c.id), 1, a);
    assertFound(SingleServerChange.class, () -> judged(invariant, two));
  }

  @Test
  void promotedCaughtUp() {
    PromotedCaughtUp invariant = begun(new PromotedCaughtUp());
    append(abc.with(learner(d)), 1, a, d);
    Ledger.Known promotion = append(abc.with(voter(d)), 2, a);
    assertFound(PromotedCaughtUp.class, () -> invariant.created(a, promotion));
    d.with(2);
    invariant.created(a, promotion);
  }

  @Test
  void changeMatchesEntry() {
    ChangeMatchesEntry invariant = begun(new ChangeMatchesEntry());
    Call call = new Call(1, null, 1, 0);
    Configuration next = abc.with(learner(d));
    append(next, 1, a);
    assertFound(ChangeMatchesEntry.class, () -> invariant.changeApplied(a, call, next, 1));
    commit(a);
    invariant.changeApplied(a, call, next, 1);
    assertFound(ChangeMatchesEntry.class, () -> invariant.changeApplied(b, call, next, 1));
    assertFound(ChangeMatchesEntry.class, () -> invariant.changeApplied(a, call, abc, 1));
  }

  @Test
  void forgetfulTold() {
    ForgetfulTold invariant = begun(new ForgetfulTold());
    assertFound(ForgetfulTold.class, () -> invariant.peerForgot(a, b));
    b.forgetful = true;
    invariant.peerForgot(a, b);
    invariant.sent(a, b.id, new LostEntries(1, 5));
    invariant.sent(a, c.id, new Heartbeat(1, 0, 9));
    invariant.sent(a, b.id, new Heartbeat(2, 0, 1));
    assertFound(ForgetfulTold.class, () -> invariant.sent(a, b.id, new Heartbeat(1, 0, 9)));
    append(abc.without(b.id), 1, a);
    invariant.sent(a, b.id, new Heartbeat(1, 0, 9));
    b.lost = true;
    assertFound(ForgetfulTold.class, () -> invariant.sent(b, a.id, new RequestVoteReply(1, true)));
  }
}
