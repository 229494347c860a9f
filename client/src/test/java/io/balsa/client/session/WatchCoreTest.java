package io.balsa.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.routing.AddressResolver;
import io.balsa.client.routing.Endpoints;
import io.balsa.client.routing.ReadBalance;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.ResponseHeader;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.proto.v1.WatchResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

/**
 * The logic of a watch against nodes that break off, fall silent, refuse, lag, repeat themselves and cut revisions in pieces (R3;
 * etcd15271, jetcd1227).
 */
class WatchCoreTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long CLUSTER = 7;

  /** What the core asked for, and what it told. */
  private static final class World implements WatchCore.Port {
    final List<String> addresses = new ArrayList<>();
    final List<Event> told = new ArrayList<>();
    final ArrayDeque<Integer> untaken = new ArrayDeque<>();
    final List<String> states = new ArrayList<>();
    final WatchCore core;
    long now;
    /** 0: nothing is open. */
    long open;
    WatchRequest request = WatchRequest.getDefaultInstance();
    long complete;
    @Nullable
    Error ended;

    World(long start, long untakenBytesMax) {
      Endpoints endpoints = new Endpoints(List.of("a:1", "b:1", "c:1"), AddressResolver.AS_IS, address -> true);
      core = new WatchCore(WatchRequest.newBuilder().setStartRevision(start).build(),
          ReadBalance.RANDOM.searches(endpoints, new Random(1)), untakenBytesMax, this);
      core.begin(now);
    }

    @Override
    public void open(long attempt, String address, WatchRequest wanted) {
      assertThat(open).as("one call at a time").isZero();
      open = attempt;
      request = wanted;
      addresses.add(address);
    }

    @Override
    public void abandon(long attempt) {
      open = 0;
    }

    @Override
    public void distrust(String address) {
      states.add("distrusts");
    }

    @Override
    public void connected(String address, long revision, boolean resumed) {
      states.add(resumed ? "resumed" : "connected");
    }

    @Override
    public void disconnected(String address, String reason) {
      states.add("disconnected");
    }

    @Override
    public void notOpened(String address, String reason) {
      states.add("not opened");
    }

    @Override
    public void events(List<Event> events) {
      assertThat(events).isNotEmpty();
      told.addAll(events);
      untaken.add(events.size());
    }

    @Override
    public void complete(long revision) {
      assertThat(revision).isGreaterThan(complete);
      complete = revision;
    }

    @Override
    public void ended(Error why) {
      assertThat(ended).isNull();
      ended = why;
    }

    boolean says(WatchResponse.Builder response) {
      return core.response(now, open,
          response.setHeader(ResponseHeader.newBuilder().setClusterId(CLUSTER)).build());
    }

    boolean says(long through, Event... events) {
      return says(WatchResponse.newBuilder().setRevision(through).addAllEvents(List.of(events)));
    }

    void fails(Error why) {
      core.failed(now, open, why, true);
    }

    void pass(long nanos) {
      now += nanos;
      core.tick(now);
    }

    /** The next attempt is made. */
    void waits() {
      for (int i = 0; i < 100 && open == 0; i++) {
        pass(Math.max(0, core.wakeAt() - now));
      }
      assertThat(open).isNotZero();
    }
  }

  private static Event event(long revision, int sub) {
    return Event.newBuilder().setType(Event.Type.PUT).setKv(KeyValue.newBuilder().setModRevision(revision)
        .setKey(ByteString.copyFromUtf8("k" + sub))).build();
  }

  private static final Error BROKEN = Errors.error(ErrorCode.UNAVAILABLE, "", "broken");

  @Test
  void goesOnBehindTheLastCompleteRevision() {
    World world = new World(0, 1 << 20);
    assertThat(world.request.getStartRevision()).isZero();
    world.fails(BROKEN);
    world.waits();
    assertThat(world.request.getStartRevision()).as("it has not begun").isZero();
    assertThat(world.says(10)).isTrue();
    world.says(11, event(11, 0), event(12, 0));
    assertThat(world.told).containsExactly(event(11, 0));
    world.fails(BROKEN);
    world.waits();
    assertThat(world.request.getStartRevision()).as("12 was not complete").isEqualTo(12);
    world.says(11);
    world.says(12, event(12, 0), event(12, 1));
    assertThat(world.told).containsExactly(event(11, 0), event(12, 0), event(12, 1));
    assertThat(world.states).containsExactly("not opened", "connected", "disconnected", "resumed");
  }

  @Test
  void etcd15271_aNodeThatGoesBackInTimeTellsNothingTwice() {
    World world = new World(5, 1 << 20);
    world.says(4);
    world.says(6, event(5, 0), event(6, 0));
    world.says(5, event(5, 0));
    world.says(7, event(6, 0), event(7, 0));
    assertThat(world.told).containsExactly(event(5, 0), event(6, 0), event(7, 0));
    assertThat(world.complete).isEqualTo(7);
  }

  @Test
  void r3_aSilentNodeIsLeft() {
    World world = new World(5, 1 << 20);
    String first = world.addresses.get(0);
    world.says(4);
    for (int i = 0; i < 10; i++) {
      world.pass(29 * SECOND);
      world.says(4 + i);
    }
    assertThat(world.addresses).as("marks keep it there").hasSize(1);
    world.pass(30 * SECOND);
    world.waits();
    assertThat(world.addresses).hasSize(2);
    assertThat(world.addresses.get(1)).isNotEqualTo(first);
    assertThat(world.states).contains("distrusts", "disconnected");
    world.pass(5 * SECOND);
    assertThat(world.states).as("it does not wait for a first answer as long").contains("not opened");
  }

  /** In an upgrade, or through something between that has a mind of its own. */
  @Test
  void whatAnotherNodeMayAnswerOtherwiseDoesNotEndIt() {
    World world = new World(5, 1 << 20);
    for (ErrorCode code : List.of(ErrorCode.UNIMPLEMENTED, ErrorCode.INVALID_ARGUMENT, ErrorCode.PERMISSION_DENIED)) {
      world.fails(Errors.error(code, "", "not a node's word"));
      assertThat(world.ended).isNull();
      world.waits();
    }
    assertThat(world.addresses.subList(0, 3)).doesNotHaveDuplicates();
    world.fails(Errors.error(ErrorCode.PERMISSION_DENIED, "PERMISSION_DENIED", "a node's word"));
    assertThat(world.ended).isNotNull();
  }

  @Test
  void whatCannotBeToldEndsIt() {
    World world = new World(5, 1 << 20);
    world.fails(Errors.error(ErrorCode.OUT_OF_RANGE, Errors.COMPACTED, "gone"));
    assertThat(world.ended).isNotNull();
    assertThat(world.core.wakeAt()).isEqualTo(Long.MAX_VALUE);
    World other = new World(5, 1 << 20);
    other.says(4);
    other.core.response(other.now, other.open, WatchResponse.newBuilder()
        .setHeader(ResponseHeader.newBuilder().setClusterId(CLUSTER + 1)).setRevision(9).build());
    assertThat(other.ended).isNotNull();
    assertThat(other.ended.getReason()).isEqualTo(Errors.CLUSTER_CHANGED);
  }

  @Test
  void aSlowListenerLetsTheCallGoAndComesBack() {
    World world = new World(1, 100);
    world.says(0);
    long revision = 0;
    while (world.open != 0) {
      revision++;
      world.says(revision, event(revision, 0));
    }
    assertThat(revision).isBetween(2L, 30L);
    assertThat(world.states).as("that is no loss of a connection").containsExactly("connected");
    while (world.open == 0) {
      world.untaken.remove();
      world.core.taken(world.now);
    }
    assertThat(world.untaken).isNotEmpty();
    assertThat(world.request.getStartRevision()).isEqualTo(revision + 1);
  }

  @Property(tries = 300)
  void toldOnceInOrderAndWhole(@ForAll long seed) {
    Random random = new Random(seed);
    List<Event> history = new ArrayList<>();
    for (long revision = 2; revision <= 60; revision++) {
      for (int sub = random.nextInt(4); sub >= 0; sub--) {
        history.add(event(revision, 9 - sub));
      }
    }
    long start = 1L + random.nextInt(20);
    World world = new World(start, 60L + random.nextInt(400));
    int next = -1;
    for (int i = 0; i < 3_000; i++) {
      boolean calm = i > 2_000;
      int what = calm ? 0 : random.nextInt(12);
      if (world.open == 0) {
        next = -1;
        world.pass(calm ? SECOND : random.nextLong(SECOND));
        if (!world.untaken.isEmpty()) {
          world.untaken.remove();
          world.core.taken(world.now);
        }
      } else if (what == 1) {
        world.fails(random.nextBoolean() ? BROKEN
            : Errors.error(ErrorCode.UNAVAILABLE, Errors.NO_LEADER, "none"));
      } else if (what == 2) {
        world.pass(random.nextLong(40 * SECOND));
      } else if (what == 3 && !world.untaken.isEmpty()) {
        world.untaken.remove();
        world.core.taken(world.now);
      } else if (next < 0) {
        long from = world.request.getStartRevision();
        next = (int) history.stream().filter(event -> event.getKv().getModRevision() < from).count();
        world.says(from - 1);
      } else if (next < history.size()) {
        int end = Math.min(history.size(), next + 1 + random.nextInt(6));
        List<Event> piece = history.subList(next, end);
        long last = piece.get(piece.size() - 1).getKv().getModRevision();
        boolean whole = end == history.size() || history.get(end).getKv().getModRevision() > last;
        next = end;
        world.says(whole ? last : last - 1, piece.toArray(Event[]::new));
      }
      assertThat(world.ended).isNull();
      long complete = world.complete;
      assertThat(world.told).allMatch(event -> event.getKv().getModRevision() <= complete);
    }
    assertThat(world.told)
        .isEqualTo(history.stream().filter(event -> event.getKv().getModRevision() >= start).toList());
  }
}
