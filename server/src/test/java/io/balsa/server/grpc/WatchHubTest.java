package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.server.watch.WatchHub;
import io.balsa.server.watch.WatchSink;
import io.balsa.server.watch.WatchSpec;
import io.balsa.server.watch.WatchUpdate;
import io.balsa.server.watch.Watcher;
import io.balsa.storage.mvcc.ReadRefused;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hub on a real state machine, its steps and what its watches take in any order that a seed says. */
class WatchHubTest {
  private static final int STEPS = 4_000;
  private static final String KEYS = "abcdefgh";

  private final ManualLoop readers = new ManualLoop();
  private final List<String> history = new ArrayList<>();
  private final List<Client> clients = new ArrayList<>();

  /** A watch that takes what it is told when the seed says so. */
  private final class Client implements WatchSink {
    final WatchSpec spec;
    final long start;
    final List<String> told = new ArrayList<>();
    long through;
    boolean full;
    Watcher watcher;

    Client(WatchHub hub, WatchSpec spec, long start) {
      this.spec = spec;
      this.start = start;
      this.through = start - 1;
      watcher = hub.begin(spec, start, this);
      watcher.ready();
    }

    @Override
    public void send(WatchUpdate update) {
      assertThat(full).as("one message at a time").isFalse();
      full = true;
      assertThat(update.through()).isGreaterThanOrEqualTo(through);
      through = update.through();
      update.events().forEach(event -> told.add(WatchClient.text(event)));
    }

    void takes() {
      if (full) {
        full = false;
        watcher.ready();
      }
    }

    /** Everything up to what was said to be complete, and nothing that was not wanted. */
    void check() {
      List<String> expected = history.stream().filter(this::wants).toList();
      assertThat(told).isEqualTo(expected.subList(0, Math.min(told.size(), expected.size())));
      expected.stream().filter(text -> revision(text) <= through).forEach(text -> assertThat(told).contains(text));
    }

    boolean wants(String text) {
      boolean delete = text.contains("-");
      String key = text.substring(text.indexOf(delete ? '-' : '+') + 1);
      key = delete ? key : key.substring(0, key.indexOf('='));
      return revision(text) >= start && (delete ? spec.deletes() : spec.puts())
          && spec.bounds().contains(ByteString.copyFromUtf8(key));
    }

    @Override
    public void compacted(ReadRefused why) {
      throw new AssertionError(why);
    }

    @Override
    public void left(Why why) {
      throw new AssertionError(why);
    }

    @Override
    public void later(Runnable task, long delayNanos) {
      // No ticks here.
    }
  }

  private static long revision(String text) {
    return Long.parseLong(text.substring(0, text.indexOf(' ')));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void r3_everyWatchIsToldAllThatItWantsOnceAndInOrder(long seed) throws Exception {
    Random random = new Random(seed);
    FakeConsensus consensus = new FakeConsensus();
    WatchHub hub = consensus.watches(readers);
    for (int i = 0; i < STEPS; i++) {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> change(consensus, random);
        case 3, 4, 5 -> {
          if (readers.waiting() > 0) {
            readers.runOne();
          }
        }
        case 6 -> {
          if (random.nextInt(20) == 0) {
            WatchSpec spec = spec(random);
            long current = consensus.state().revision();
            clients.add(new Client(hub, spec, Math.max(1, current + random.nextInt(-50, 10))));
          }
        }
        case 7 -> {
          if (random.nextInt(60) == 0 && !clients.isEmpty()) {
            Client leaving = clients.remove(random.nextInt(clients.size()));
            leaving.check();
            leaving.watcher.end();
          }
        }
        default -> {
          if (!clients.isEmpty()) {
            clients.get(random.nextInt(clients.size())).takes();
          }
        }
      }
    }
    clients.forEach(Client::check);
    while (readers.waiting() > 0 || clients.stream().anyMatch(client -> client.full)) {
      readers.run();
      clients.forEach(Client::takes);
    }
    long last = consensus.state().revision();
    assertThat(clients).isNotEmpty();
    for (Client client : clients) {
      assertThat(client.told).isEqualTo(history.stream().filter(client::wants).toList());
      assertThat(client.through).as("what a watch of nothing is told, is a mark's business").isLessThanOrEqualTo(
          Math.max(last, client.start - 1));
    }
  }

  /** What came while the hub could not keep up, or while nobody watched, is read from the history. */
  @Test
  void whatIsNotHandedOverIsReadFromTheHistory() throws Exception {
    FakeConsensus consensus = new FakeConsensus();
    WatchHub hub = consensus.watches(readers);
    WatchSpec all = WatchSpec.of(WatchRequest.newBuilder().setRange(range("\0", "\0")).build());
    Client first = new Client(hub, all, 2);
    readers.run();
    for (int i = 0; i < 20; i++) {
      put(consensus, "a", "x".repeat(1_000_000 + i));
    }
    drain(first);
    assertThat(first.told).isEqualTo(history);
    first.watcher.end();
    readers.run();
    assertThat(hub.count()).isZero();
    put(consensus, "b", "while nobody watches");
    Client second = new Client(hub, all, 2);
    put(consensus, "c", "before the hub knows of the watch");
    drain(second);
    assertThat(second.told).isEqualTo(history);
  }

  private void drain(Client client) {
    readers.run();
    while (client.full) {
      client.takes();
      readers.run();
    }
  }

  private static WatchSpec spec(Random random) {
    WatchRequest.Builder request = WatchRequest.newBuilder();
    String first = KEYS.substring(random.nextInt(KEYS.length())).substring(0, 1);
    switch (random.nextInt(4)) {
      case 0 -> request.setRange(range("\0", "\0"));
      case 1 -> request.setRange(range(first, ""));
      case 2 -> request.setRange(range(first, "\0"));
      default -> request.setRange(range("b", "e")).setNoDeletes(random.nextBoolean());
    }
    return WatchSpec.of(request.build());
  }

  private static KeyRange range(String start, String end) {
    return KeyRange.newBuilder().setStart(ByteString.copyFromUtf8(start)).setEnd(ByteString.copyFromUtf8(end)).build();
  }

  /** A batch of some commands. */
  private void change(FakeConsensus consensus, Random random) throws Exception {
    String key = String.valueOf(KEYS.charAt(random.nextInt(KEYS.length())));
    if (random.nextInt(3) > 0) {
      put(consensus, key, "v" + random.nextInt(1_000));
      return;
    }
    String end = random.nextBoolean() ? "" : "h";
    var result = consensus.apply(Commands
        .delete(DeleteRequest.newBuilder().setRange(range(key, end)).setPrevKv(true).build()));
    result.getDelete().getPrevKvsList().forEach(
        deleted -> history.add(result.getRevision() + " -" + deleted.getKey().toStringUtf8()));
  }

  private void put(FakeConsensus consensus, String key, String value) throws Exception {
    long revision = consensus
        .apply(Commands.put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key))
            .setValue(ByteString.copyFromUtf8(value)).build()))
        .getRevision();
    history.add(WatchClient.text(Event.newBuilder().setType(Event.Type.PUT)
        .setKv(io.balsa.proto.v1.KeyValue.newBuilder().setKey(ByteString.copyFromUtf8(key))
            .setValue(ByteString.copyFromUtf8(value)).setModRevision(revision))
        .build()));
  }
}
