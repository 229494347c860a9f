package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.error.BalsaException;
import io.balsa.client.fake.FakeCluster;
import io.balsa.client.fake.FakeNode.SnapshotFault;
import io.balsa.client.snapshot.SavedSnapshot;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SnapshotsTest {
  @TempDir
  Path folder;

  private FakeCluster cluster;
  private BalsaClient client;

  @BeforeEach
  void start() {
    cluster = new FakeCluster(3);
    client = BalsaClient.builder().endpoints(cluster.endpoints()).timeout(Duration.ofSeconds(30)).build();
    client.kv().put("k", "v");
    client.kv().put("k", "v2");
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    cluster.close();
  }

  private List<String> files() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void itIsWholeCheckedAndNotOlderThanWhatWasAcknowledged() throws Exception {
    Path file = folder.resolve("backup");
    Files.writeString(file, "an older one");
    List<Long> told = new ArrayList<>();
    SavedSnapshot saved = client.snapshots().save(file, (bytes, total) -> {
      told.add(bytes);
      assertThat(total).isEqualTo(100_032);
    });
    assertThat(saved.bytes()).isEqualTo(Files.size(file)).isEqualTo(100_032);
    assertThat(saved.revision()).isEqualTo(3);
    assertThat(saved.sha256()).hasSize(64);
    assertThat(saved.memberId()).as("a node that does not lead").isNotEqualTo("n1");
    assertThat(told).isSorted().endsWith(100_032L);
    assertThat(files()).containsExactly("backup");
    assertThat(cluster.nodes().stream().filter(node -> node.snapshotMinIndex() == 2)).hasSize(1);
  }

  @Test
  void aNodeThatFailsIsReplacedByAnother() throws Exception {
    cluster.node(2).snapshotFault(SnapshotFault.BROKEN_OFF);
    cluster.node(3).snapshotFault(SnapshotFault.CHANGED);
    assertThat(client.snapshots().save(folder.resolve("backup")).memberId()).isEqualTo("n1");
  }

  @Test
  void whatIsNotGoodIsNotLeftBehind() throws Exception {
    for (SnapshotFault fault : List.of(SnapshotFault.BROKEN_OFF, SnapshotFault.CHANGED, SnapshotFault.OLD)) {
      cluster.node(2).snapshotFault(fault);
      assertThatThrownBy(() -> client.snapshots().from(cluster.node(2).address()).save(folder.resolve("backup")))
          .as("%s", fault).isInstanceOf(BalsaException.class).hasMessageContaining(cluster.node(2).address());
      assertThat(files()).isEmpty();
    }
  }

  @Test
  void aStreamIsWrittenOnce() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(client.snapshots().from(cluster.node(3).address()).save(out, (bytes, total) -> {}).bytes())
        .isEqualTo(out.size());
    for (int n = 1; n <= 3; n++) {
      cluster.node(n).snapshotFault(SnapshotFault.BROKEN_OFF);
    }
    ByteArrayOutputStream half = new ByteArrayOutputStream();
    assertThatThrownBy(() -> client.snapshots().save(half, (bytes, total) -> {})).isInstanceOf(BalsaException.class);
    assertThat(half.size()).as("not begun again behind half of one").isLessThan(100_032);
  }

  @Test
  void theAsyncTwinEndsWithTheSame() throws Exception {
    Path file = folder.resolve("backup");
    assertThat(client.snapshots().saveAsync(file, (bytes, total) -> {}).get(30, TimeUnit.SECONDS).bytes())
        .isEqualTo(100_032);
    assertThat(client.snapshots().saveAsync(folder.resolve("none/backup"), (bytes, total) -> {}))
        .failsWithin(Duration.ofSeconds(30));
  }
}
