package io.balsa.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.CloseSession;
import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.OpenSession;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStores;
import io.balsa.storage.state.GetResult;
import io.balsa.storage.state.KvStateMachine;
import io.balsa.storage.state.SessionCallback;
import io.balsa.storage.state.SessionView;
import io.balsa.storage.state.StateReads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services keep one StateReads for the whole life of a node: what they see of it while snapshots are installed under them. */
final class InstallUnderReadsTest {
  private static final int INSTALLS = 12;
  private static final byte[] COUNTER = {'n'};

  @TempDir
  Path directory;
  private final List<Entry> log = new ArrayList<>();
  private final AtomicLong ids = new AtomicLong();
  private OpenState leader;
  private OpenState follower;
  private long session;

  @BeforeEach
  void open() throws IOException {
    leader = open("a");
    follower = open("b");
    apply(command().setOpenSession(OpenSession.newBuilder().setTtlMillis(60_000)));
    session = 1;
  }

  @AfterEach
  void close() throws IOException {
    leader.machine().close();
    follower.machine().close();
  }

  private OpenState open(String name) throws IOException {
    return OpenState.open(new FileVolume(directory.resolve(name)),
        new RocksStores(directory.resolve(name), RocksOptions.DEFAULT), StateOptions.of(ids::incrementAndGet));
  }

  private static Command.Builder command() {
    return Command.newBuilder().setVersion(1);
  }

  private void apply(Command.Builder command) throws IOException {
    Entry entry = new Entry(EntryType.COMMAND, 1, log.size() + 1, 0, Bytes.wrap(command.build().toByteArray()));
    log.add(entry);
    leader.machine().apply(List.of(entry));
  }

  /** Sequence s of the session is the s-th increment, so the counter is as large as the session's last sequence. */
  private void increment() throws IOException {
    long sequence = leader.machine().reads().session(session).lastSequence() + 1;
    apply(command().setSessionId(session).setSequence(sequence).setLowestAwaited(sequence)
        .setIncr(IncrRequest.newBuilder().setKey(ByteString.copyFrom(COUNTER)).setDelta(1)));
  }

  private void install() throws IOException {
    try (OutgoingSnapshot sent = leader.snapshots().open(leader.machine().applied().index())) {
      IncomingSnapshot received = follower.snapshots().receive(sent.meta());
      SnapshotContract.transfer(sent, received, Long.MAX_VALUE);
      assertThat(received.finish()).isTrue();
      follower.machine().install(received, false);
    }
    SnapshotContract.removeObsolete(follower.machine());
  }

  private static long counter(StateReads reads) throws StoreException {
    try {
      GetResult result = reads.get(COUNTER, 0);
      return result.kv() == null ? 0 : Long.parseLong(result.kv().getValue().toStringUtf8());
    } catch (ReadRefused e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * S5: who sees how far its session has come reads all that the session has written. A reader that was given the sessions of the snapshot
   * and still the rows of the store before it would miss its own writes; one whose store is closed would fail.
   */
  @Test
  void s5_readsNeitherFailNorGoBackNorMissTheirOwnWrites() throws Exception {
    StateReads reads = follower.machine().reads();
    AtomicBoolean stop = new AtomicBoolean();
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Thread reader = new Thread(() -> {
        try {
          long highest = 0;
          while (!stop.get()) {
            SessionView view = reads.session(session);
            long seen = counter(reads);
            if (view.state() == SessionView.State.LIVE && seen < view.lastSequence()) {
              throw new IllegalStateException("session at " + view.lastSequence() + ", counter " + seen);
            }
            if (seen < highest) {
              throw new IllegalStateException("back from " + highest + " to " + seen);
            }
            highest = seen;
          }
        } catch (StoreException | RuntimeException e) {
          failures.add(e);
        }
      });
      readers.add(reader);
      reader.start();
    }
    try {
      for (int round = 0; round < INSTALLS; round++) {
        for (int i = 0; i < 50; i++) {
          increment();
        }
        install();
        assertThat(counter(reads)).isEqualTo(50L * (round + 1));
        assertThat(reads.applied()).isEqualTo(leader.machine().applied());
      }
    } finally {
      stop.set(true);
      for (Thread reader : readers) {
        reader.join();
      }
    }
    assertThat(failures).isEmpty();
    assertThat(follower.snapshots().counts().installed()).isEqualTo(INSTALLS);
  }

  /** Waits are judged again by what the snapshot brought: the sequence has come, or the session is gone. */
  @Test
  void waitsOfSessionsEndWithTheInstallThatBringsWhatTheyWaitFor() throws Exception {
    KvStateMachine machine = follower.machine();
    for (int i = 0; i < 5; i++) {
      increment();
    }
    install();
    AtomicReference<@Nullable String> first = new AtomicReference<>();
    AtomicReference<@Nullable String> later = new AtomicReference<>();
    machine.reads().awaitSession(session, 8, callback(first));
    machine.reads().awaitSession(session, 100, callback(later));
    increment();
    increment();
    install();
    assertThat(first.get()).isNull();
    increment();
    install();
    assertThat(first.get()).isEqualTo("reached");
    assertThat(later.get()).isNull();
    apply(command().setCloseSession(CloseSession.newBuilder().setSessionId(session)));
    install();
    assertThat(later.get()).isEqualTo("expired");
    assertThat(machine.reads().session(session).state()).isEqualTo(SessionView.State.EXPIRED);
  }

  private static SessionCallback callback(AtomicReference<@Nullable String> outcome) {
    return new SessionCallback() {
      @Override
      public void reached() {
        outcome.set("reached");
      }

      @Override
      public void expired() {
        outcome.set("expired");
      }
    };
  }
}
