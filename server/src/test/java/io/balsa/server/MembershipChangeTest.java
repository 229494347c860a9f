package io.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.AddLearnerRequest;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.Member;
import io.balsa.proto.v1.MembersRequest;
import io.balsa.proto.v1.MembersResponse;
import io.balsa.proto.v1.PromoteRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.RemoveRequest;
import io.balsa.proto.v1.Role;
import io.balsa.proto.v1.UpdateMemberRequest;
import io.balsa.server.config.Setting;
import io.balsa.server.identity.StartRefused;
import io.balsa.server.testing.Await;
import io.balsa.server.testing.TestCluster;
import io.balsa.server.testing.TestNode;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that come and go, on real nodes in this JVM. */
class MembershipChangeTest {
  @TempDir
  Path directory;

  private static void put(TestCluster cluster, String key) {
    cluster.leader().kv()
        .put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setValue(ByteString.copyFromUtf8("v"))
            .build());
  }

  private static void add(TestCluster cluster, TestNode node) {
    cluster.leader().cluster().addLearner(AddLearnerRequest.newBuilder()
        .setMember(Member.newBuilder().setId(node.id).setPeerAddress(node.address())).build());
  }

  private static void promote(TestCluster cluster, TestNode node) {
    Await.until(node.id + " is promoted", () -> {
      try {
        cluster.leader().cluster().promote(PromoteRequest.newBuilder().setId(node.id).build());
        return true;
      } catch (StatusRuntimeException e) {
        assertThat(e).hasMessageContaining("FAILED_PRECONDITION"); // not caught up yet
        return false;
      }
    });
  }

  private static void remove(TestCluster cluster, TestNode node) {
    cluster.leader().cluster().remove(RemoveRequest.newBuilder().setId(node.id).build());
  }

  private static MembersResponse members(TestNode node) {
    return node.cluster().members(MembersRequest.getDefaultInstance());
  }

  private static Member member(TestCluster cluster, String id) {
    return members(cluster.leader()).getMembersList().stream().filter(each -> each.getId().equals(id)).findFirst()
        .orElseThrow();
  }

  private static void ready(TestNode... nodes) {
    for (TestNode node : nodes) {
      Await.until(node.id + " is ready", () -> node.server().isReady(),
          () -> node.server().notReadyBecause() + " " + node.fatalText());
    }
  }

  private static void ended(TestNode node) {
    Await.until(node.id + " has ended", () -> node.exitStatus.get() == FailStop.EXIT_STATUS);
    node.stop();
  }

  @Test
  void threeBecomeFiveAndThreeAgainWithoutAnyOfTheFirst() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3).startAll()) {
      put(cluster, "before");
      for (String id : List.of("n4", "n5")) {
        TestNode node = cluster.joiner(id);
        add(cluster, node);
        assertThat(member(cluster, id).getIncarnation()).as("reserved").isZero();
        node.start();
        ready(node);
        assertThat(node.status().getRole()).isEqualTo(Role.LEARNER);
        promote(cluster, node);
        Await.until("it hears of it", () -> node.status().getRole() == Role.FOLLOWER);
      }
      put(cluster, "five");
      cluster.assertEqualStates();
      TestNode leader = cluster.leader();
      remove(cluster, leader);
      ended(leader);
      for (String id : List.of("n1", "n2", "n3")) {
        TestNode node = cluster.node(id);
        if (node.isRunning()) {
          remove(cluster, node);
          ended(node);
        }
        put(cluster, "without " + id);
      }
      assertThat(members(cluster.leader()).getMembersList()).extracting(Member::getId).containsExactly("n4", "n5");
      assertThat(cluster.leader().kv().get(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("before")).build())
          .getKv().getValue().toStringUtf8()).isEqualTo("v");
      cluster.assertEqualStates();
      // Whoever was removed is told so again, by its own directory, and by the others.
      assertThatThrownBy(leader::start).isInstanceOf(StartRefused.class)
          .hasMessageContainingAll(leader.id, "was removed from cluster", "balsa member add");
    }
  }

  private static void delete(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static long incarnation(TestCluster cluster, String id) {
    return member(cluster, id).getIncarnation();
  }

  private static void replaced(TestCluster cluster, TestNode node, long before) {
    Await.until(node.id + " is a voter under another incarnation", () -> {
      Member member = member(cluster, node.id);
      return member.getIncarnation() != before && member.getVoter();
    }, () -> node.server().notReadyBecause() + " " + node.fatalText());
    ready(node);
  }

  /** I3, again and again: deleted, emptied, and with a flipped bit. */
  @Test
  void aNodeThatLostItsLogIsReplacedByItself() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3).with(Setting.REPLACE_AFTER_MILLIS, "1000").startAll()) {
      put(cluster, "before");
      TestNode node = cluster.followers().getFirst();
      Path log = node.data.resolve("group-0/log");
      for (int round = 1; round <= 3; round++) {
        long before = incarnation(cluster, node.id);
        node.stop();
        switch (round) {
          case 1 -> delete(log);
          case 2 -> {
            delete(log);
            Files.createDirectories(log);
          }
          default -> flipABit(log);
        }
        put(cluster, "without " + round);
        node.start();
        replaced(cluster, node, before);
        assertThat(node.data.resolve("set-aside-" + round + "/identity")).exists();
        put(cluster, "with " + round);
        cluster.assertEqualStates();
      }
      assertThat(node.data.resolve("replacement")).doesNotExist();
      assertThat(member(cluster, node.id).getPeerAddress()).isEqualTo(node.address());
    }
  }

  private static void flipABit(Path log) throws IOException {
    Path segment;
    try (Stream<Path> files = Files.list(log)) {
      segment = files.filter(file -> file.getFileName().toString().startsWith("segment")).sorted().findFirst()
          .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(segment);
    bytes[4096 + 40] ^= 1;
    Files.write(segment, bytes);
  }

  /** One of two is left: who lost its log says so and waits, takes part in nothing, and is replaced when there is a majority again. */
  @Test
  void aNodeThatLostItsLogWaitsForAMajorityOfTheOthers() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3).with(Setting.REPLACE_AFTER_MILLIS, "1000").startAll()) {
      put(cluster, "before");
      TestNode lost = cluster.followers().get(0);
      TestNode away = cluster.followers().get(1);
      long before = incarnation(cluster, lost.id);
      lost.stop();
      away.stop();
      delete(lost.data.resolve("group-0/log"));
      lost.start();
      Await.until("it says what it waits for", () -> {
        String reasons = lost.server().notReadyBecause().toString();
        return reasons.contains("lost its log and is replaced by a new incarnation") && reasons.contains("is gone")
            && (reasons.contains("knows no leader") || reasons.contains("are heard"));
      }, () -> lost.server().notReadyBecause().toString());
      assertThat(lost.status().getAlarmsList().toString()).contains("lost its log");
      assertThat(lost.status().getRole()).as("it is nothing").isEqualTo(Role.ROLE_UNSPECIFIED);
      lost.stop();
      lost.flags.put(Setting.AUTO_REPLACE, "off");
      assertThatThrownBy(lost::start).isInstanceOf(StartRefused.class)
          .hasMessageContainingAll("is to be replaced by a new incarnation", "--auto-replace on",
              "balsa member remove " + lost.id);
      lost.flags.remove(Setting.AUTO_REPLACE);
      lost.start();
      away.start();
      replaced(cluster, lost, before);
      cluster.assertEqualStates();
    }
  }

  /** I4: a directory that was put back as it had been an hour before. Whoever leads, it is not taken for what it was again. */
  @Test
  void aNodeWhoseDiskForgotWhatItConfirmedIsReplacedAtItsNextStart() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3).with(Setting.REPLACE_AFTER_MILLIS, "1000").startAll()) {
      put(cluster, "before");
      TestNode node = cluster.followers().getFirst();
      long before = incarnation(cluster, node.id);
      for (int round = 0; !isForgetful(cluster, node, directory.resolve("copy-" + round)); round++) {
        assertThat(round).as("leaders in whose term nothing was forgotten").isLessThan(5);
      }
      ended(node);
      assertThat(node.fatalText()).contains("does not keep what it confirms").doesNotContain("Exception");
      node.flags.put(Setting.AUTO_REPLACE, "off");
      assertThatThrownBy(node::start).isInstanceOf(StartRefused.class).hasMessageContainingAll(
          "does not keep what it confirms", "is to be replaced by a new incarnation", "balsa member remove " + node.id);
      node.flags.remove(Setting.AUTO_REPLACE);
      node.start();
      replaced(cluster, node, before);
      put(cluster, "after");
      cluster.assertEqualStates();
    }
  }

  /** Puts an older copy back. Only the leader whose entries it had confirmed can tell; a later one takes it for a node that lags. */
  private static boolean isForgetful(TestCluster cluster, TestNode node, Path copy) throws Exception {
    node.stop();
    copy(node.data, copy);
    node.start();
    long term = cluster.leader().status().getHeader().getTerm();
    for (int i = 0; i < 20; i++) {
      put(cluster, "forgotten " + i);
    }
    long applied = cluster.leader().status().getAppliedIndex();
    Await.until("it has them", () -> node.status().getAppliedIndex() >= applied);
    node.stop();
    delete(node.data);
    copy(copy, node.data);
    node.start();
    Await.until("it stops, or another one leads",
        () -> node.exitStatus.get() == FailStop.EXIT_STATUS || cluster.leader().status().getHeader().getTerm() != term);
    return node.exitStatus.get() == FailStop.EXIT_STATUS;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  void automaticReplacementCanBeTurnedOff() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3).with(Setting.REPLACE_AFTER_MILLIS, "1000").startAll()) {
      put(cluster, "before");
      TestNode node = cluster.followers().getFirst();
      node.stop();
      delete(node.data.resolve("group-0/log"));
      node.flags.put(Setting.AUTO_REPLACE, "off");
      assertThatThrownBy(node::start).isInstanceOf(StartRefused.class).hasMessageContainingAll("is gone",
          "balsa member remove " + node.id, "balsa member add " + node.id, "--auto-replace on");
      assertThat(node.data.resolve("replacement")).doesNotExist();
      assertThat(cluster.nodes.stream().filter(TestNode::isRunning)).hasSize(2);
    }
  }

  /** An operator removed it while it was away with a broken disk: that stays, whatever it asks for. */
  @Test
  void aRemovedNodeThatLostItsLogDoesNotReplaceItself() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3).with(Setting.REPLACE_AFTER_MILLIS, "1000").startAll()) {
      put(cluster, "before");
      TestNode node = cluster.followers().getFirst();
      node.stop();
      delete(node.data.resolve("group-0/log"));
      remove(cluster, node);
      node.start();
      ended(node);
      assertThat(node.fatalText()).contains("was removed from the cluster, so it is not replaced by itself");
      assertThat(members(cluster.leader()).getMembersList()).hasSize(2);
    }
  }

  /** By hand: the directory is lost as a whole, the id stays. */
  @Test
  void anIdIsRemovedAndAddedAgain() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3).startAll()) {
      put(cluster, "before");
      TestNode lost = cluster.followers().getFirst();
      lost.stop();
      delete(lost.data);
      TestNode again = new TestNode(lost.id, lost.port, lost.data, Setting.JOIN,
          cluster.nodes.stream().filter(TestNode::isRunning).map(TestNode::address).collect(Collectors.joining(",")));
      cluster.nodes.remove(lost);
      cluster.nodes.add(again);
      again.start();
      ended(again);
      assertThat(again.fatalText()).contains("knows " + lost.id + " with the data of incarnation",
          "balsa member remove " + lost.id);
      remove(cluster, lost);
      again.exitStatus.set(-1);
      again.start();
      Await.until("it says what to do", () -> again.server().notReadyBecause().toString()
          .contains("balsa member add " + lost.id + " " + again.address()));
      add(cluster, again);
      ready(again);
      promote(cluster, again);
      cluster.assertEqualStates();
      lost.close();
    }
  }

  @Test
  void whatARecordSaysIsChecked() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 1).startAll()) {
      TestNode node = cluster.leader();
      Member.Builder member = Member.newBuilder().setId("n2").setPeerAddress("127.0.0.1:9");
      refused(cluster, member.clone().setId("n 2"), "INVALID_ARGUMENT", "letters, digits");
      refused(cluster, member.clone().setId("n1"), "ALREADY_EXISTS", "n1 is a member already");
      refused(cluster, member.clone().setPeerAddress("there"), "INVALID_ARGUMENT", "write host:port");
      refused(cluster, member.clone().setPeerAddress("0.0.0.0:9"), "INVALID_ARGUMENT", "nobody can dial");
      refused(cluster, member.clone().setPeerAddress(node.address()), "INVALID_ARGUMENT", "is the peer address of n1");
      refused(cluster, member.clone().setZone("a b"), "INVALID_ARGUMENT", "zone");
      refused(cluster, member.clone().setZone("z".repeat(65)), "INVALID_ARGUMENT", "at most 64");
      refused(cluster, member.clone().setPriority(1_001), "INVALID_ARGUMENT", "priority");
      refused(cluster, member.clone().setVoter(true), "INVALID_ARGUMENT", "learner");
      assertThatThrownBy(() -> node.cluster().remove(RemoveRequest.newBuilder().setId("n1").build()))
          .hasMessageContainingAll("FAILED_PRECONDITION", "only voter");
      assertThatThrownBy(() -> node.cluster().remove(RemoveRequest.newBuilder().setId("n9").build()))
          .hasMessageContainingAll("NOT_FOUND", "n9", "n1");
      assertThatThrownBy(() -> node.cluster().promote(PromoteRequest.newBuilder().setId("n1").build()))
          .hasMessageContainingAll("FAILED_PRECONDITION", "voter already");
      node.cluster().updateMember(UpdateMemberRequest.newBuilder().setId("n1").setZone("east").setPriority(3).build());
      assertThat(member(cluster, "n1").getZone()).isEqualTo("east");
      assertThat(member(cluster, "n1").getClientAddress()).as("stays").isEqualTo(node.address());
      assertThatThrownBy(
          () -> node.cluster().updateMember(UpdateMemberRequest.newBuilder().setId("n1").setZone("a/b").build()))
          .hasMessageContaining("INVALID_ARGUMENT");
    }
  }

  private static void refused(TestCluster cluster, Member.Builder member, String... parts) {
    assertThatThrownBy(
        () -> cluster.leader().cluster().addLearner(AddLearnerRequest.newBuilder().setMember(member).build()))
        .hasMessageContainingAll(parts);
  }
}
