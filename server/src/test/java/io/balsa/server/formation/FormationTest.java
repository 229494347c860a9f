package io.balsa.server.formation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.proto.internal.v1.FormationRequest;
import io.balsa.proto.internal.v1.FormationResponse;
import io.balsa.raft.log.NodeId;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.StartRefused;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * I2, with every crash in the middle: nodes that answer each other's questions in memory. A node's disk is what survives its
 * crash: identity and record.
 */
class FormationTest {
  private long nextIncarnation = 1;

  /** One machine: its disk, and the process on it if one runs. */
  private final class Machine {
    final NodeId id;
    NavigableMap<NodeId, String> cluster;
    long digest;
    Identity identity;
    @Nullable
    FormedRecord onDisk;
    boolean reachable = true;
    /** What others hear; null: no process. */
    @Nullable
    FormationAnswers answers;
    Formation formation;
    /** Runs once, when the next question about this node is about to be answered. */
    @Nullable
    Runnable beforeNextAnswer;

    Machine(String id, NavigableMap<NodeId, String> cluster) {
      this.id = new NodeId(id);
      this.cluster = cluster;
      this.identity = new Identity(this.id, nextIncarnation++);
      start();
    }

    void start() {
      Candidate self = new Candidate(identity, cluster, id + ":client", digest);
      answers = new FormationAnswers(self, onDisk);
      formation = new Formation(self, FormationTest.this::ask);
    }

    void crash() {
      answers = null;
    }

    void loseDirectory() {
      identity = new Identity(id, nextIncarnation++);
      onDisk = null;
    }

    /** Rounds until something is decided, at most three. */
    @Nullable
    FormedRecord decide() throws Exception {
      for (int round = 0; round < 3; round++) {
        FormedRecord record = formation.round();
        if (record != null) {
          return record;
        }
      }
      return null;
    }

    FormedRecord form() throws Exception {
      FormedRecord record = decide();
      assertThat(record).as("%s waits: %s", id, formation.reasons()).isNotNull();
      onDisk = record;
      answers.formed(record);
      return record;
    }
  }

  private final List<Machine> machines = new ArrayList<>();

  private CompletableFuture<FormationResponse> ask(NodeId peer, String address, FormationRequest request) {
    for (Machine machine : machines) {
      if (machine.cluster.get(machine.id).equals(address) && machine.reachable && machine.answers != null) {
        if (machine.beforeNextAnswer != null) {
          Runnable event = machine.beforeNextAnswer;
          machine.beforeNextAnswer = null;
          event.run();
        }
        return CompletableFuture.completedFuture(machine.answers.apply(request));
      }
    }
    return CompletableFuture.failedFuture(new IllegalStateException("connection refused"));
  }

  private static NavigableMap<NodeId, String> list(String... ids) {
    NavigableMap<NodeId, String> list = new TreeMap<>();
    for (String id : ids) {
      list.put(new NodeId(id), id + ":peer");
    }
    return list;
  }

  private Machine machine(String id, String... cluster) {
    Machine machine = new Machine(id, list(cluster));
    machines.add(machine);
    return machine;
  }

  private List<Machine> three() {
    String[] ids = {"a", "b", "c"};
    return List.of(machine("a", ids), machine("b", ids), machine("c", ids));
  }

  @Test
  void allWhoReachEachOtherFormTheSame() throws Exception {
    List<Machine> all = three();
    FormedRecord record = all.get(0).form();
    assertThat(all.get(1).form()).isEqualTo(record);
    assertThat(all.get(2).form()).isEqualTo(record);
    assertThat(record.initial().voters()).hasSize(3);
    assertThat(record.initial().member(new NodeId("b")).clientAddress()).isEqualTo("b:client");
  }

  @Test
  void oneNodeFormsByItself() throws Exception {
    assertThat(machine("a", "a").form().initial().voters()).hasSize(1);
  }

  @Test
  void aNodeThatIsMissingIsWaitedForByName() throws Exception {
    List<Machine> all = three();
    all.get(2).crash();
    assertThat(all.get(0).decide()).isNull();
    assertThat(all.get(0).formation.waitingFor()).containsExactly("c");
    assertThat(all.get(0).formation.reasons()).singleElement().asString().contains("c at c:peer", "connection refused");
  }

  @Test
  void listsMustBeEqual() throws Exception {
    Machine a = machine("a", "a", "b");
    machine("b", "a", "b", "c");
    assertThat(a.decide()).isNull();
    assertThat(a.formation.reasons()).singleElement().asString().contains("b was started with another --cluster");
  }

  @Test
  void whatTheyStartFromMustBeEqual() throws Exception {
    List<Machine> all = three();
    all.get(1).digest = 7;
    all.get(1).start();
    assertThat(all.get(0).decide()).isNull();
    assertThat(all.get(0).formation.reasons()).singleElement().asString().contains("b starts from other data");
  }

  @Test
  void anAddressThatAnswersForAnotherNodeDoesNotCount() throws Exception {
    Machine a = machine("a", "a", "b");
    Machine wrong = machine("x", "x");
    wrong.cluster.put(wrong.id, "b:peer");
    assertThat(a.decide()).isNull();
    assertThat(a.formation.reasons()).singleElement().asString().contains("says that it is x");
  }

  @Test
  void oneRoundIsNotEnough() throws Exception {
    List<Machine> all = three();
    assertThat(all.get(0).formation.round()).isNull();
    assertThat(all.get(0).formation.reasons()).isEmpty();
    assertThat(all.get(0).formation.round()).isNotNull();
  }

  /** Two have formed, the third crashed before it could: it comes back as who it was, and adopts. */
  @Test
  void crashedBeforeItsRecord() throws Exception {
    List<Machine> all = three();
    FormedRecord record = all.get(0).form();
    all.get(1).form();
    all.get(2).crash();
    all.get(2).start();
    assertThat(all.get(2).form()).isEqualTo(record);
  }

  /** Only one has formed when all crash; the others find it, or find that it is not there yet. */
  @Test
  void oneHadFormedWhenAllCrashed() throws Exception {
    List<Machine> all = three();
    FormedRecord record = all.get(0).form();
    all.forEach(Machine::crash);
    all.get(1).start();
    all.get(2).start();
    assertThat(all.get(1).decide()).as("a is needed").isNull();
    all.get(0).start();
    assertThat(all.get(1).form()).isEqualTo(record);
    assertThat(all.get(2).form()).isEqualTo(record);
  }

  /** A record is binding from the disk on, whether others were told or not. */
  @Test
  void crashedBetweenItsRecordAndTheWordOfIt() throws Exception {
    List<Machine> all = three();
    FormedRecord record = all.get(0).decide();
    all.get(0).onDisk = record; // and nobody hears of it before the crash
    all.get(0).crash();
    all.get(0).start();
    assertThat(all.get(1).form()).isEqualTo(record);
  }

  /** An adopter needs no other node than the one that names it. */
  @Test
  void oneThatFormedIsEnoughToAdopt() throws Exception {
    List<Machine> all = three();
    FormedRecord record = all.get(0).form();
    all.get(1).crash();
    assertThat(all.get(2).form()).isEqualTo(record);
  }

  /** The known id with an empty directory is refused, and told what to do. */
  @Test
  void lostItsDirectoryAfterTheClusterFormed() throws Exception {
    List<Machine> all = three();
    for (Machine machine : all) {
      machine.form();
    }
    all.get(2).crash();
    all.get(2).loseDirectory();
    all.get(2).start();
    assertThatThrownBy(all.get(2)::decide).isInstanceOf(StartRefused.class)
        .hasMessageContainingAll("knows c with the data of incarnation", "Give --data the directory that it had",
            "balsa member remove c");
  }

  /** The same when only one of the others runs, and when it had not formed itself before it lost its directory. */
  @Test
  void lostItsDirectoryBeforeItFormed() throws Exception {
    List<Machine> all = three();
    all.get(0).form();
    all.get(1).crash();
    all.get(2).crash();
    all.get(2).loseDirectory();
    all.get(2).start();
    assertThatThrownBy(all.get(2)::decide).isInstanceOf(StartRefused.class);
  }

  /** While nobody has formed, an empty directory is just a new node. */
  @Test
  void lostItsDirectoryBeforeAnybodyFormed() throws Exception {
    List<Machine> all = three();
    assertThat(all.get(0).formation.round()).isNull();
    all.get(2).crash();
    all.get(2).loseDirectory();
    all.get(2).start();
    assertThat(all.get(0).formation.round()).as("c is another than in the round before").isNull();
    FormedRecord record = all.get(0).form();
    assertThat(record.initial().member(new NodeId("c")).incarnation()).isEqualTo(all.get(2).identity.incarnation());
  }

  /**
   * The hole that two rounds close. b has a's answer "not formed" and waits for c's. Meanwhile a and c form and serve; c loses its
   * directory and comes back as another, which is what b hears. With one round b would form a second, empty cluster with it.
   */
  @Test
  void anAnswerOlderThanTheClusterMakesNoSecondOne() throws Exception {
    List<Machine> all = three();
    Machine a = all.get(0);
    Machine b = all.get(1);
    Machine c = all.get(2);
    c.beforeNextAnswer = () -> {
      try {
        a.form();
        c.form();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
      c.crash();
      c.loseDirectory();
      c.start();
    };
    assertThat(b.formation.round()).as("what b has now is: a not formed, c new").isNull();
    FormedRecord second = b.formation.round();
    assertThat(second).as("a's cluster, in which b stands").isEqualTo(a.onDisk);
    assertThatThrownBy(c::decide).isInstanceOf(StartRefused.class);
  }

  /** A cluster that does not know this id at all: an operator has to add it. */
  @Test
  void aStrangerWaits() throws Exception {
    Machine a = machine("a", "a");
    a.form();
    Machine b = machine("b", "a", "b");
    assertThat(b.decide()).isNull();
    assertThat(b.formation.reasons()).singleElement().asString().contains("has formed cluster", "without b",
        "balsa member add b");
  }

  /** Two clusters that name the same node cannot both be right. */
  @Test
  void twoClustersThatBothNameItAreNotChosenBetween() throws Exception {
    List<Machine> all = three();
    FormedRecord first = all.get(0).form();
    all.get(0).crash();
    all.get(0).loseDirectory();
    all.get(0).start();
    FormedRecord second = all.get(1).form();
    assertThat(second.clusterId()).isNotEqualTo(first.clusterId());
    Machine rival = machine("a", "a", "b", "c");
    machines.remove(rival);
    machines.set(0, rival);
    rival.answers.formed(first);
    assertThat(all.get(2).decide()).isNull();
    assertThat(all.get(2).formation.reasons()).singleElement().asString().contains("two clusters");
  }

  @Test
  void aNodeWithTheDirectoryOfAnotherClusterIsTold() throws Exception {
    List<Machine> all = three();
    for (Machine machine : all) {
      machine.form();
    }
    all.get(0).formation.requireSameCluster(all.get(0).onDisk);
    FormedRecord other = machine("z", "z").form();
    assertThatThrownBy(() -> all.get(0).formation.requireSameCluster(other)).isInstanceOf(StartRefused.class)
        .hasMessageContainingAll("the data directory of a is of another cluster", "z=z:peer", "give --data");
    all.get(1).crash();
    all.get(2).crash();
    all.get(0).formation.requireSameCluster(other); // nobody there to ask
  }

  @Test
  void anAnswerThatDoesNotHangTogetherIsNotBelieved() throws Exception {
    Machine a = machine("a", "a", "b");
    Machine b = machine("b", "a", "b");
    b.form();
    FormationResponse forged = b.answers.apply(FormationRequest.getDefaultInstance()).toBuilder().setClusterId(99)
        .build();
    Formation formation = new Formation(new Candidate(a.identity, a.cluster, "a:client", 0),
        (peer, address, request) -> CompletableFuture.completedFuture(forged));
    assertThat(formation.round()).isNull();
    assertThat(formation.reasons()).singleElement().asString().contains("its members make");
  }
}
