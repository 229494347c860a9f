package io.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.SaveSnapshotRequest;
import io.balsa.server.config.Setting;
import io.balsa.server.testing.Await;
import io.balsa.server.testing.TestCluster;
import io.balsa.server.testing.TestNode;
import io.balsa.storage.snapshot.FileVolume;
import io.balsa.storage.snapshot.StateDirectory;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I3: a node whose state is missing or damaged, and whose log and hard state are whole, gets it back under the same identity. */
class StateRepairTest {
  private static final ByteString VALUE = ByteString.copyFrom(new byte[10_000]);

  @TempDir
  Path directory;

  /** Its own log begins at the begin: no other node is needed. */
  @Test
  void i3_aStateThatIsGoneComesBackFromTheLog() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 1).startAll()) {
      TestNode node = cluster.leader();
      for (int i = 0; i < 20; i++) {
        incr(node, "n");
      }
      node.stop();
      removeState(node);
      node.start();
      assertThat(incr(cluster.leader(), "n")).isEqualTo(21);
      node.stop();
      Files.delete(node.data.resolve("group-0/CURRENT"));
      node.start();
      assertThat(incr(cluster.leader(), "n")).isEqualTo(22);
    }
  }

  @Test
  void i3_aStateThatIsDamagedIsSetAsideAndComesBackFromTheLog() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 1).startAll()) {
      TestNode node = cluster.leader();
      for (int i = 0; i < 20; i++) {
        incr(node, "n");
      }
      node.stop();
      Path state = node.data.resolve("group-0/state-0");
      Files.delete(only(state, ".sst"));
      node.start();
      assertThat(incr(cluster.leader(), "n")).isEqualTo(21);
      assertThat(node.data.resolve("group-0/state-0.corrupt")).isDirectory();

      // Found while it runs: the mark says so to the next start.
      StateDirectory.markCorrupt(new FileVolume(node.data.resolve("group-0")), "a row was not what it was");
      node.stop();
      node.start();
      assertThat(incr(cluster.leader(), "n")).isEqualTo(22);
      assertThat(node.data.resolve("group-0/state.corrupt")).doesNotExist();
    }
  }

  /** What it cannot flush at its end it says as any failed disk, and nothing of it stands in the way of the next start. */
  @Test
  void i3_aStateThatCannotBeClosedDoesNotKeepTheDirectoryLocked() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 1).startAll()) {
      TestNode node = cluster.leader();
      assertThat(incr(node, "n")).isEqualTo(1);
      removeState(node); // under the running node
      node.stop();
      assertThat(node.exitStatus).hasValue(FailStop.EXIT_STATUS);
      assertThat(node.fatalText()).contains("shutdown");
      node.start();
      assertThat(incr(cluster.leader(), "n")).isEqualTo(2);
    }
  }

  /**
   * The log is kept short, so that it does not reach back to the begin: only a snapshot of the leader's state can help, and load goes on
   * meanwhile.
   */
  @Test
  void c6_i3_aNodeWithoutItsStateIsRepairedBySnapshotUnderLoad() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3)) {
      TestNode leader = startWithCompactedLogs(cluster);
      TestNode wiped = cluster.followers().getFirst();
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong acknowledged = new AtomicLong();
      Thread load = new Thread(() -> {
        while (!stop.get()) {
          try {
            incr(leader, "n");
            acknowledged.incrementAndGet();
          } catch (StatusRuntimeException e) {
            // Of an election, if there is one: it is counted only when acknowledged.
          }
        }
      });
      load.start();
      try {
        wiped.stop();
        removeState(wiped);
        wiped.start();
        Await.until("its state came as a snapshot", () -> wiped.status().getSnapshotsInstalled() == 1,
            () -> wiped.fatalText() + wiped.server().notReadyBecause());
        long seen = acknowledged.get();
        Await.until("load goes on", () -> acknowledged.get() > seen + 50);
      } finally {
        stop.set(true);
        load.join();
      }
      assertThat(wiped.fatalText()).isEmpty();
      cluster.assertEqualStates();
      assertThat(incr(cluster.leader(), "n")).isGreaterThan(acknowledged.get());

      // What it was given is its own: it starts with it, and does not ask again.
      wiped.stop();
      wiped.start();
      Await.until("it has caught up", () -> wiped.status().getReady());
      cluster.assertEqualStates();
      assertThat(wiped.status().getSnapshotsInstalled()).isZero();
      assertThat(states(wiped)).hasSize(1);

      saysThatItsStateIsLostUntilALeaderBringsIt(cluster, wiped);
    }
  }

  private static TestNode startWithCompactedLogs(TestCluster cluster) throws Exception {
    for (TestNode node : cluster.nodes) {
      node.flags.put(Setting.LOG_SEGMENT_BYTES, Integer.toString(128 << 10));
      node.flags.put(Setting.LOG_KEEP_ENTRIES, "50");
      node.flags.put(Setting.LOG_FLUSH_BYTES, Integer.toString(128 << 10));
    }
    TestNode leader = cluster.startAll().leader();
    for (int i = 0; i < 200; i++) {
      leader.kv().put(PutRequest.newBuilder().setKey(utf8("key-" + i)).setValue(VALUE).build());
    }
    Await.until("all logs are compacted",
        () -> cluster.nodes.stream().allMatch(node -> node.status().getFirstIndex() > 1));
    return leader;
  }

  /**
   * A table of the leader's is rotten, and it does not know: who gets its snapshot finds out, and it is the leader that has to go. Then the one
   * whole state that is left repairs both.
   */
  @Test
  void c6_i3_aLeaderStopsRatherThanGivingItsRottenStateAway() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3)) {
      TestNode leader = startWithCompactedLogs(cluster);
      TestNode wiped = cluster.followers().getFirst();
      wiped.stop();
      removeState(wiped);
      rot(leader);
      wiped.start();
      Await.until("the leader stops", () -> leader.exitStatus.get() == FailStop.EXIT_STATUS,
          () -> leader.fatalText() + wiped.server().notReadyBecause());
      assertThat(leader.fatalText()).contains("state is corrupt");
      assertThat(wiped.status().getSnapshotsInstalled()).isZero();
      assertThat(wiped.fatalText()).isEmpty();

      leader.stop();
      leader.start();
      Await.until("both were repaired", () -> wiped.status().getReady() && leader.status().getReady()
          && leader.status().getSnapshotsInstalled() == 1,
          () -> leader.fatalText() + leader.server().notReadyBecause());
      assertThat(wiped.status().getSnapshotsInstalled()).isEqualTo(1);
      cluster.assertEqualStates();
    }
  }

  /** One bit in the middle of the largest table file, as a disk may do it: nobody is told. */
  private static void rot(TestNode node) throws IOException {
    Path table;
    try (Stream<Path> paths = Files.list(states(node).getFirst())) {
      table = paths.filter(path -> path.toString().endsWith(".sst"))
          .max(Comparator.comparingLong(path -> path.toFile().length())).orElseThrow();
    }
    try (RandomAccessFile bytes = new RandomAccessFile(table.toFile(), "rw")) {
      long at = bytes.length() / 2;
      bytes.seek(at);
      int old = bytes.read();
      bytes.seek(at);
      bytes.write(old ^ 1);
    }
  }

  /** Its pointer is gone: what it named is kept aside, the node says what it waits for, and gives no backup of nothing. */
  private static void saysThatItsStateIsLostUntilALeaderBringsIt(TestCluster cluster, TestNode wiped) throws Exception {
    cluster.nodes.forEach(TestNode::stop);
    Path state = states(wiped).getFirst();
    Files.delete(wiped.data.resolve("group-0/CURRENT"));
    wiped.start();
    assertThat(state.resolveSibling(state.getFileName() + ".corrupt")).isDirectory();
    assertThat(wiped.status().getReady()).isFalse();
    assertThat(wiped.status().getAlarmsList()).singleElement().asString().contains("lost its state", "snapshot");
    assertThatThrownBy(() -> wiped.cluster().withDeadlineAfter(1, TimeUnit.SECONDS)
        .saveSnapshot(SaveSnapshotRequest.getDefaultInstance()).next())
        .isInstanceOfSatisfying(StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    for (TestNode node : cluster.nodes) {
      if (!node.isRunning()) {
        node.start();
      }
    }
    Await.until("it was repaired again", () -> wiped.status().getReady() && wiped.status().getAlarmsList().isEmpty());
    assertThat(wiped.status().getSnapshotsInstalled()).isEqualTo(1);
    cluster.assertEqualStates();
  }

  private static List<Path> states(TestNode node) throws IOException {
    try (Stream<Path> paths = Files.list(node.data.resolve("group-0"))) {
      return paths.filter(path -> path.getFileName().toString().startsWith("state-")).toList();
    }
  }

  private static void removeState(TestNode node) throws IOException {
    for (Path state : states(node)) {
      try (Stream<Path> paths = Files.walk(state)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static Path only(Path directory, String ending) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.filter(path -> path.toString().endsWith(ending)).findFirst().orElseThrow();
    }
  }

  private static long incr(TestNode node, String key) {
    return node.kv().incr(IncrRequest.newBuilder().setKey(utf8(key)).setDelta(1).build()).getValue();
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
