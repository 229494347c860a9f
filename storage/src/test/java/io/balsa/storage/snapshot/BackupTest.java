package io.balsa.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.KeyValue;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.RangeQuery;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStores;
import io.balsa.storage.state.KvStateMachine;
import io.balsa.storage.state.RandomLog;
import io.balsa.storage.state.SessionView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup file: what it holds, what damage does to it, and what a new cluster starts from (E4). */
final class BackupTest {
  private static final long RAISE = 1_000_000_000L;

  @TempDir
  Path directory;

  private OpenState open(String name) throws IOException {
    return OpenState.open(new FileVolume(directory.resolve(name)), stores(name), StateOptions.of(() -> 77));
  }

  private RocksStores stores(String name) {
    return new RocksStores(directory.resolve(name), RocksOptions.DEFAULT);
  }

  private Path save(OpenState state, String name, int chunk) throws IOException {
    Path file = directory.resolve(name);
    try (BackupStream backup = BackupStream.open(state.snapshots(), 0, 42, 1_700_000_000_000L, "1.2");
        OutputStream out = Files.newOutputStream(file)) {
      for (byte[] next = backup.next(chunk); next.length > 0; next = backup.next(chunk)) {
        out.write(next);
      }
      assertThat(Files.size(file)).isEqualTo(backup.totalBytes());
    }
    return file;
  }

  private static List<KeyValue> keys(KvStateMachine machine) throws Exception {
    return machine.reads().range(RangeQuery.of(KeyBounds.of(KeyRange.newBuilder()
        .setStart(ByteString.copyFrom(new byte[]{0}))
        .setEnd(ByteString.copyFrom(new byte[]{(byte) 0xff})).build()), 0)).kvs();
  }

  @Test
  void e4_aRestoredStateHoldsTheKeysAndEndsAllSessions() throws Exception {
    List<Entry> log = RandomLog.entries(11, 4_000);
    OpenState state = open("a");
    int length = 2_000;
    SnapshotContract.apply(state.machine(), log, 0, length);
    while (keys(state.machine()).stream().allMatch(kv -> kv.getLease() == 0)) {
      SnapshotContract.apply(state.machine(), log, length, ++length);
    }
    Path file = save(state, "backup", 1_000);
    List<KeyValue> before = keys(state.machine()).stream().filter(kv -> kv.getLease() == 0).toList();
    long revision = state.machine().reads().revision();
    assertThat(before).isNotEmpty();
    assertThat(keys(state.machine())).as("some keys have leases").hasSizeGreaterThan(before.size());
    assertThat(state.machine().reads().sessionCount()).isPositive();
    state.machine().close();

    BackupFile status = BackupFile.verify(file);
    assertThat(status.header().clusterId()).isEqualTo(42);
    assertThat(status.header().revision()).isEqualTo(revision);
    assertThat(status.header().snapshot().lastIncluded().index()).isEqualTo(length);
    assertThat(status.bytes()).isEqualTo(Files.size(file));

    assertThat(BackupFile.restore(file, new FileVolume(directory.resolve("b")), stores("b")).digest())
        .isEqualTo(status.digest());
    OpenState restored = open("b");
    assertThat(restored.setAside()).isNull();
    KvStateMachine machine = restored.machine();
    assertThat(keys(machine)).isEqualTo(before);
    assertThat(machine.applied()).isEqualTo(BackupFile.RESTORED);
    assertThat(machine.flushedApplied()).isEqualTo(BackupFile.RESTORED);
    assertThat(machine.reads().revision()).isGreaterThanOrEqualTo(revision + RAISE);
    assertThat(machine.reads().compactedRevision()).isEqualTo(machine.reads().revision());
    assertThat(machine.reads().configuration()).isEqualTo(Configuration.EMPTY);
    assertThat(machine.reads().sessionCount()).isZero();
    assertThat(machine.reads().leases(0, 10).items()).isEmpty();
    assertThat(machine.reads().locks("", "", 10).items()).isEmpty();
    assertThat(machine.reads().session(RAISE).state()).isEqualTo(SessionView.State.EXPIRED);
    assertThatThrownBy(() -> machine.reads().get(new byte[]{'a'}, revision)).isInstanceOf(ReadRefused.class);
    machine.close();

    BackupFile.restore(file, new FileVolume(directory.resolve("c")), stores("c"));
    OpenState again = open("c");
    OpenState first = open("b");
    assertThat(SnapshotContract.hash(again.machine())).as("every node starts from the same")
        .isEqualTo(SnapshotContract.hash(first.machine()));
    again.machine().close();
    first.machine().close();
  }

  @Test
  void damageAnywhereIsFound() throws Exception {
    OpenState state = open("a");
    SnapshotContract.apply(state.machine(), RandomLog.entries(12, 200), 0, 200);
    Path file = save(state, "backup", 1 << 20);
    state.machine().close();
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < 80; i++) {
      byte[] damaged = whole.clone();
      int at = i < 40 ? i * 2 : (int) ((long) (i - 40) * (whole.length - 1) / 39);
      damaged[at] ^= (byte) (1 << i % 8);
      Files.write(file, damaged);
      assertThatThrownBy(() -> BackupFile.verify(file)).as("bit at %d", at).isInstanceOf(BackupDamagedException.class);
    }
    for (int length : new int[]{0, 5, 13, 200, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> BackupFile.verify(file)).as("cut to %d", length)
          .isInstanceOf(BackupDamagedException.class);
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(() -> BackupFile.verify(file)).isInstanceOf(BackupDamagedException.class);
    Files.write(file, whole);
    BackupFile.verify(file);
  }
}
