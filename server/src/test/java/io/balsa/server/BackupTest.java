package io.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.AddLearnerRequest;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.Member;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.SaveSnapshotRequest;
import io.balsa.proto.v1.SaveSnapshotResponse;
import io.balsa.server.identity.StartRefused;
import io.balsa.server.testing.Await;
import io.balsa.server.testing.TestCluster;
import io.balsa.server.testing.TestNode;
import io.balsa.storage.snapshot.BackupFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a cluster at work, and new clusters made of them (E4, I2). */
class BackupTest {
  private static final long RAISE = 1_000_000_000L;

  @TempDir
  Path directory;

  @Test
  void aBackupTakenUnderLoadBecomesANewCluster() throws Exception {
    Path file = directory.resolve("backup");
    long acknowledgedBefore;
    long acknowledgedAfter;
    try (TestCluster cluster = new TestCluster(directory.resolve("old"), 3).startAll()) {
      TestNode leader = cluster.leader();
      leader.kv().put(PutRequest.newBuilder().setKey(utf8("greeting")).setValue(utf8("hello")).build());
      AtomicLong acknowledged = new AtomicLong();
      AtomicBoolean stop = new AtomicBoolean();
      Thread load = new Thread(() -> {
        while (!stop.get()) {
          acknowledged.set(incr(leader, "n"));
        }
      });
      load.start();
      Await.until("some load", () -> acknowledged.get() > 100);
      TestNode follower = cluster.followers().getFirst();
      acknowledgedBefore = acknowledged.get();
      save(follower, leader.status().getCommitIndex(), file);
      stop.set(true);
      load.join();
      acknowledgedAfter = acknowledged.get();
      assertThat(follower.status().getSnapshotsTaken()).isEqualTo(1);
      Path group = follower.data.resolve("group-0");
      Await.until("its files are let go of", () -> names(group).stream().noneMatch(n -> n.startsWith("checkpoint")));
    }
    BackupFile status = SnapshotFiles.status(file);

    try (TestCluster cluster = new TestCluster(directory.resolve("new"), 3)) {
      for (TestNode node : cluster.nodes) {
        assertThat(SnapshotFiles.restore(file, node.data)).isEqualTo(status);
      }
      assertThatThrownBy(() -> SnapshotFiles.restore(file, cluster.nodes.getFirst().data))
          .isInstanceOf(StartRefused.class).hasMessageContaining("is not empty");
      TestNode leader = cluster.startAll().leader();
      var greeting = leader.kv().get(GetRequest.newBuilder().setKey(utf8("greeting")).build());
      assertThat(greeting.getKv().getValue()).isEqualTo(utf8("hello"));
      assertThat(greeting.getHeader().getClusterId()).isNotEqualTo(status.header().clusterId());
      assertThat(greeting.getHeader().getRevision()).isGreaterThanOrEqualTo(status.header().revision() + RAISE);
      assertThat(incr(leader, "n") - 1).as("all that was acknowledged before the backup is in it")
          .isBetween(acknowledgedBefore, acknowledgedAfter);
      assertThat(leader.status().getFirstIndex()).isEqualTo(BackupFile.RESTORED.index() + 1);

      // What they hold is the same, and stays theirs through a restart.
      cluster.assertEqualStates();
      TestNode follower = cluster.followers().getFirst();
      follower.stop();
      follower.start();
      Await.until("it serves again", () -> follower.status().getReady());
    }
  }

  /** Its log begins with nothing, and so does its state: what was restored is in no entry. */
  @Test
  void aNodeThatJoinsARestoredClusterGetsItAsASnapshot() throws Exception {
    Path file = directory.resolve("backup");
    try (TestCluster cluster = new TestCluster(directory.resolve("old"), 1).startAll()) {
      incr(cluster.leader(), "n");
      save(cluster.leader(), 0, file);
    }
    try (TestCluster cluster = new TestCluster(directory.resolve("new"), 1)) {
      SnapshotFiles.restore(file, cluster.nodes.getFirst().data);
      TestNode leader = cluster.startAll().leader();
      incr(leader, "n");
      TestNode joiner = cluster.joiner("n2");
      leader.cluster().addLearner(AddLearnerRequest.newBuilder()
          .setMember(Member.newBuilder().setId("n2").setPeerAddress(joiner.address())).build());
      joiner.start();
      Await.until("it serves", () -> joiner.server().isReady(), () -> joiner.server().notReadyBecause().toString());
      assertThat(joiner.status().getSnapshotsInstalled()).isEqualTo(1);
      incr(leader, "n");
      cluster.assertEqualStates();
      joiner.stop();
      joiner.start();
      Await.until("it serves again", () -> joiner.server().isReady());
    }
  }

  /** I2: a new cluster starts from one backup, not from one and nothing. */
  @Test
  void nodesThatStartFromDifferentDataFormNoCluster() throws Exception {
    Path file = directory.resolve("backup");
    try (TestCluster cluster = new TestCluster(directory.resolve("old"), 1).startAll()) {
      incr(cluster.leader(), "n");
      save(cluster.leader(), 0, file);
    }
    try (TestCluster cluster = new TestCluster(directory.resolve("new"), 3)) {
      SnapshotFiles.restore(file, cluster.nodes.get(0).data);
      SnapshotFiles.restore(file, cluster.nodes.get(1).data);
      cluster.startAll();
      Await.until("they say so", () -> cluster.nodes.stream().allMatch(node -> String
          .join("; ", node.server().notReadyBecause()).contains("starts from other data")));
    }
  }

  @Test
  void aRestoreThatWasCutOffIsNoDataDirectory() throws Exception {
    Path file = directory.resolve("backup");
    try (TestCluster cluster = new TestCluster(directory.resolve("old"), 1).startAll()) {
      incr(cluster.leader(), "n");
      save(cluster.leader(), 0, file);
    }
    try (TestCluster cluster = new TestCluster(directory.resolve("new"), 1)) {
      TestNode node = cluster.nodes.getFirst();
      SnapshotFiles.restore(file, node.data);
      Files.delete(node.data.resolve("restored"));
      assertThatThrownBy(node::start).isInstanceOf(StartRefused.class).hasMessageContaining("group-0");
    }
  }

  static void save(TestNode node, long minIndex, Path file) throws IOException {
    Iterator<SaveSnapshotResponse> chunks = node.cluster()
        .saveSnapshot(SaveSnapshotRequest.newBuilder().setMinIndex(minIndex).build());
    long total = 0;
    try (OutputStream out = Files.newOutputStream(file)) {
      while (chunks.hasNext()) {
        SaveSnapshotResponse chunk = chunks.next();
        total = Math.max(total, chunk.getTotalBytes());
        chunk.getData().writeTo(out);
      }
    }
    assertThat(Files.size(file)).isEqualTo(total);
  }

  private static List<String> names(Path path) {
    try (var files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long incr(TestNode node, String key) {
    return node.kv().incr(IncrRequest.newBuilder().setKey(utf8(key)).setDelta(1).build()).getValue();
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
