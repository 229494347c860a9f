package io.balsa.client.fake;

import com.google.protobuf.Message;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.ResponseHeader;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Nodes that speak the client protocol over real connections, with one state behind them all: tests of the SDK's I/O. */
public final class FakeCluster implements AutoCloseable {
  private static final long CLUSTER_ID = 42;

  private final ModelStore store = new ModelStore();
  private final List<FakeNode> nodes;
  private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor();
  private volatile @Nullable FakeNode leader;
  private volatile List<FakeNode> members;
  private final AtomicLong membershipIndex = new AtomicLong(1);
  private final List<Message> changes = new CopyOnWriteArrayList<>();
  private volatile @Nullable Error membershipRefusal;
  private volatile boolean clockRuns = true;

  public FakeCluster(int size) {
    nodes = IntStream.rangeClosed(1, size).mapToObj(n -> new FakeNode(this, "n" + n)).toList();
    leader = nodes.get(0);
    members = nodes;
    var unused = beats.scheduleAtFixedRate(this::clock, 100, 100, TimeUnit.MILLISECONDS);
  }

  private void clock() {
    if (clockRuns) {
      store.expireDue();
    }
    nodes.forEach(node -> node.onStreams(FakeSessionService.OpenStream::beat));
    tellWaiters();
  }

  /** Whether leases, sessions and waits end when they are due. */
  public void clockRuns(boolean runs) {
    clockRuns = runs;
  }

  /** The state has changed: waits of locks may have come to an end. */
  void tellWaiters() {
    nodes.forEach(node -> node.onStreams(FakeSessionService.OpenStream::tellWaiters));
  }

  /** From now on these are the members; the others run on, and are asked by nobody who knows. */
  public void members(FakeNode... now) {
    members = List.of(now);
    membershipIndex.incrementAndGet();
  }

  List<FakeNode> members() {
    return members;
  }

  /** Refuses every change of the membership; null: takes them. */
  public void refuseChanges(@Nullable Error refusal) {
    membershipRefusal = refusal;
  }

  @Nullable
  Error membershipRefusal() {
    return membershipRefusal;
  }

  void changed(Message request) {
    changes.add(request);
  }

  /** The changes of the membership that were asked for and taken. */
  public List<Message> changes() {
    return changes;
  }

  /** What stands in the answers of this node. */
  ResponseHeader.Builder header(FakeNode node) {
    return ResponseHeader.newBuilder().setClusterId(CLUSTER_ID).setMemberId(node.id())
        .setConfigurationIndex(membershipIndex.get());
  }

  public ModelStore store() {
    return store;
  }

  public FakeNode node(int n) {
    return nodes.get(n - 1);
  }

  public List<FakeNode> nodes() {
    return nodes;
  }

  public @Nullable FakeNode leader() {
    return leader;
  }

  /** Streams at other nodes end with NOT_LEADER. Null: there is no leader. */
  public void lead(@Nullable FakeNode node) {
    leader = node;
    for (FakeNode other : nodes) {
      if (other != node) {
        other.onStreams(stream -> stream.end(other.notLeader()));
      }
    }
  }

  public String endpoints() {
    return nodes.stream().map(FakeNode::address).collect(Collectors.joining(","));
  }

  @Override
  public void close() throws InterruptedException {
    beats.shutdownNow();
    for (FakeNode node : nodes) {
      node.kill();
    }
  }
}
