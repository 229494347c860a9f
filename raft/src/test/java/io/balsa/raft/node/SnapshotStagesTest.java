package io.balsa.raft.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.action.OpenSnapshot;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.action.SendSnapshotChunk;
import io.balsa.raft.action.StoreChunk;
import io.balsa.raft.input.ChunkStored;
import io.balsa.raft.input.Input;
import io.balsa.raft.input.ReceivedRefused;
import io.balsa.raft.input.SnapshotChecked;
import io.balsa.raft.input.SnapshotOpened;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.Message;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.NodeListener;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.raft.port.SnapshotStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Snapshots are read and written on the reader pool, in order, and never more of them than a few chunks is in memory. */
class SnapshotStagesTest implements NodeListener, SnapshotStore {
  private static final NodeId TO = new NodeId("n1");
  private static final SnapshotMeta META = new SnapshotMeta(7, new LogId(2, 9), 0, Configuration.EMPTY, 6);

  private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
  private final List<Input> told = new ArrayList<>();
  private final List<Message> sent = new ArrayList<>();
  private final List<String> calls = new ArrayList<>();
  private final List<String> fatal = new ArrayList<>();
  private @Nullable IOException failure;
  private final List<String> heard = new ArrayList<>();
  private boolean damaged;
  private boolean unreadable;

  private final SnapshotSender sender = new SnapshotSender(this, (to, incarnation, message) -> sent.add(message), this,
      pool::add,
      told::add);
  private final SnapshotReceiver receiver = new SnapshotReceiver(this, this, pool::add, told::add);

  private void runPool() {
    for (Runnable next = pool.poll(); next != null; next = pool.poll()) {
      next.run();
    }
  }

  private static StoreChunk chunk(long reception, long offset, int size) {
    return new StoreChunk(reception, META, offset, Bytes.wrap(new byte[size]));
  }

  @Test
  void nothingIsReadOnTheCallersThread() {
    sender.open(new OpenSnapshot(1, TO, 9));
    sender.send(new SendSnapshotChunk(1, TO, 7, 3, 2));
    sender.close(1);
    assertThat(calls).isEmpty();
    runPool();
    assertThat(calls).containsExactly("open 9", "read 2", "close");
    assertThat(told).containsExactly(new SnapshotOpened(1, META));
    assertThat(sent).containsExactly(new InstallSnapshot(3, META, 2, Bytes.wrap(new byte[4])));
  }

  @Test
  void oneThatIsOverBeforeItIsOpenedIsClosed() {
    sender.open(new OpenSnapshot(1, TO, 9));
    sender.closeAll();
    runPool();
    assertThat(calls).containsExactly("open 9", "close");
  }

  @Test
  void whatCannotBeReadIsFatal() {
    failure = new IOException("disk");
    sender.open(new OpenSnapshot(1, TO, 9));
    runPool();
    assertThat(fatal).containsExactly("sending a snapshot to n1: disk");
  }

  @Test
  void chunksAreWrittenInOrderAndEveryAnswerSaysWhatIsHere() throws IOException {
    receiver.store(chunk(1, 0, 4));
    receiver.store(chunk(1, 5, 1));
    receiver.store(chunk(1, 4, 2));
    runPool();
    assertThat(calls).containsExactly("receive", "write 0", "write 4", "finish");
    assertThat(told).containsExactly(new ChunkStored(1, 4, false), new ChunkStored(1, 4, false),
        new ChunkStored(1, 6, true));
    assertThat(receiver.take(1).meta()).isEqualTo(META);
    assertThatThrownBy(() -> receiver.take(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aChunkRepeatedAfterTheInstallBeganTouchesNothing() throws IOException {
    receiver.store(chunk(1, 0, 6));
    runPool();
    receiver.store(chunk(1, 0, 6));
    receiver.take(1);
    runPool();
    assertThat(calls).containsExactly("receive", "write 0", "finish");
    receiver.store(chunk(2, 0, 4));
    runPool();
    assertThat(calls).endsWith("receive", "write 0");
  }

  @Test
  void aStalledDiskGathersNoChunks() {
    sender.open(new OpenSnapshot(1, TO, 9));
    for (int i = 0; i < 100; i++) {
      sender.send(new SendSnapshotChunk(1, TO, 7, 3, 2));
    }
    runPool();
    assertThat(sent).hasSize(1);
    sender.send(new SendSnapshotChunk(1, TO, 7, 3, 2));
    runPool();
    assertThat(sent).hasSize(2);
  }

  @Test
  void oneThatIsNotWhatWasSentIsRefusedAndWhatStillComesOfItBeginsNothing() {
    damaged = true;
    receiver.store(chunk(1, 0, 6));
    receiver.store(chunk(1, 0, 6));
    runPool();
    assertThat(told).containsExactly(new ReceivedRefused(1), new ReceivedRefused(1));
    assertThat(calls).containsExactly("receive", "write 0", "finish");
    assertThat(heard).containsExactly("damaged " + META);
    damaged = false;
    receiver.store(chunk(2, 0, 6));
    runPool();
    assertThat(told).last().isEqualTo(new ChunkStored(2, 6, true));
  }

  @Test
  void bytesThatCannotBelongToItAreRefusedAtOnce() {
    unreadable = true;
    receiver.store(chunk(1, 0, 4));
    runPool();
    assertThat(told).containsExactly(new ReceivedRefused(1));
    assertThat(calls).containsExactly("receive", "write 0");
  }

  @Test
  void oneThatWasRefusedIsCheckedBeforeItIsLetGo() {
    sender.open(new OpenSnapshot(1, TO, 9));
    sender.check(1);
    sender.close(1);
    runPool();
    assertThat(calls).containsExactly("open 9", "check", "close");
    assertThat(told).containsExactly(new SnapshotOpened(1, META), new SnapshotChecked(1));
    assertThat(heard).containsExactly("refused by n1 " + META);
  }

  @Test
  void oneThatIsDamagedHereIsFatal() {
    sender.open(new OpenSnapshot(1, TO, 9));
    runPool();
    failure = new IOException("rotten");
    sender.check(1);
    runPool();
    assertThat(fatal).containsExactly("sending a snapshot to n1: rotten");
    assertThat(told).containsExactly(new SnapshotOpened(1, META));
    assertThat(heard).isEmpty();
  }

  @Test
  void chunksBeyondAFewAreDropped() {
    for (int i = 0; i < 100; i++) {
      receiver.store(chunk(1, 0, 4));
    }
    runPool();
    assertThat(told).hasSize(4);
  }

  @Test
  void whatIsDroppedIsDiscardedUnlessAnotherHasBegun() {
    receiver.store(chunk(1, 0, 4));
    receiver.drop(1);
    receiver.store(chunk(2, 0, 4));
    receiver.drop(1);
    runPool();
    assertThat(calls).containsExactly("receive", "write 0", "discard", "receive", "write 0");
  }

  // ---- the store

  @Override
  public OutgoingSnapshot open(long minIndex) throws IOException {
    if (failure != null) {
      throw failure;
    }
    calls.add("open " + minIndex);
    return new OutgoingSnapshot() {
      @Override
      public SnapshotMeta meta() {
        return META;
      }

      @Override
      public Bytes read(long offset, int bytesMax) {
        calls.add("read " + offset);
        return Bytes.wrap(new byte[(int) (META.bytes() - offset)]);
      }

      @Override
      public void check() throws IOException {
        if (failure != null) {
          throw failure;
        }
        calls.add("check");
      }

      @Override
      public void close() {
        calls.add("close");
      }
    };
  }

  @Override
  public IncomingSnapshot receive(SnapshotMeta meta) {
    calls.add("receive");
    return new IncomingSnapshot() {
      private long received;

      @Override
      public SnapshotMeta meta() {
        return meta;
      }

      @Override
      public long nextOffset() {
        return received;
      }

      @Override
      public boolean write(long offset, Bytes data) {
        calls.add("write " + offset);
        received += data.size();
        return !unreadable;
      }

      @Override
      public boolean finish() {
        calls.add("finish");
        return !damaged;
      }

      @Override
      public void discard() {
        calls.add("discard");
      }
    };
  }

  @Override
  public void roleChanged(RoleChanged change) {
    throw new IllegalStateException("no role changes here");
  }

  @Override
  public void snapshotDamaged(SnapshotMeta snapshot) {
    heard.add("damaged " + snapshot);
  }

  @Override
  public void snapshotRefused(NodeId by, SnapshotMeta snapshot) {
    heard.add("refused by " + by + " " + snapshot);
  }

  @Override
  public void membershipChanged(Configuration newest, Configuration committed, long committedIndex) {
  }

  @Override
  public void peerForgot(NodeId peer, long matchIndex, long lastIndex) {
  }

  @Override
  public void fatal(String stage, Throwable cause) {
    fatal.add(stage + ": " + cause.getMessage());
  }
}
