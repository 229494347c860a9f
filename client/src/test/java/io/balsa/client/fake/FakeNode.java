package io.balsa.client.fake;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.ResponseHeader;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node of a {@link FakeCluster}: a real gRPC server on loopback that can be killed and brought back. */
public final class FakeNode {
  private final FakeCluster cluster;
  private final String id;
  private final int port;
  private @Nullable Server server;
  private final List<FakeSessionService.OpenStream> streams = new ArrayList<>();
  private final AtomicInteger streamsOpened = new AtomicInteger();
  private final AtomicInteger unaryPuts = new AtomicInteger();
  private volatile @Nullable String advertised;
  private volatile boolean silent;
  private volatile boolean answersPuts = true;
  private volatile boolean hints = true;
  private volatile @Nullable Error readRefusal;
  private volatile long readMillis;
  private final AtomicInteger reads = new AtomicInteger();
  private volatile int cutEvery;
  private volatile SnapshotFault snapshotFault = SnapshotFault.NONE;
  private volatile long snapshotMinIndex = -1;
  private volatile boolean losesSessions;
  private final AtomicInteger framesApplied = new AtomicInteger();

  FakeNode(FakeCluster cluster, String id) {
    this.cluster = cluster;
    this.id = id;
    server = startAnywhere();
    port = server.getPort();
  }

  /**
   * Below the ports that the system gives to outgoing connections (32768 and up): one of those could be taken by somebody's
   * connection while this node is dead, and it must come back to its own address.
   */
  private Server startAnywhere() {
    UncheckedIOException failure = new UncheckedIOException(new IOException("no port was tried"));
    for (int attempt = 0; attempt < 100; attempt++) {
      try {
        return start(ThreadLocalRandom.current().nextInt(10_000, 30_000));
      } catch (UncheckedIOException e) {
        failure = e;
      }
    }
    throw failure;
  }

  private Server start(int onPort) {
    try {
      return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort))
          .directExecutor().addService(new FakeSessionService(cluster, this))
          .addService(new FakeKvService(cluster, this))
          .addService(new FakeLeaseService(cluster, this)).addService(new FakeLockService(cluster, this))
          .addService(new FakeWatchService(cluster, this)).addService(new FakeClusterService(cluster, this)).build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String id() {
    return id;
  }

  /** Where it listens. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** What it says where it listens. */
  public String advertised() {
    String told = advertised;
    return told == null ? address() : told;
  }

  public void advertise(String address) {
    advertised = address;
  }

  /** Like SIGKILL: connections break, and later ones are refused. */
  public void kill() throws InterruptedException {
    Server running = server;
    server = null;
    if (running != null) {
      running.shutdownNow();
      if (!running.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException(id + " does not stop");
      }
      // A selector closes the socket a moment after the server has said that it is closed.
      Await.until(id + " gives its port up", () -> !listens());
    }
    synchronized (streams) {
      streams.clear();
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  public void restart() {
    server = start(port);
  }

  /** From now on it hears, and says nothing on any session stream: as if cut off. */
  public void silent(boolean isSilent) {
    silent = isSilent;
  }

  boolean isSilent() {
    return silent;
  }

  /** Whether unary puts are answered; they are applied all the same. */
  public void answersPuts(boolean answers) {
    answersPuts = answers;
  }

  boolean answersPuts() {
    return answersPuts;
  }

  /** Every so many frames with mutations are applied, and the stream is cut in place of the answer. 0: none. */
  public void cutAfterApplying(int everyFrames) {
    cutEvery = everyFrames;
  }

  boolean cutsThisOne() {
    return cutEvery > 0 && framesApplied.incrementAndGet() % cutEvery == 0;
  }

  /** A frame with a transaction is applied; then its session is over, and no answer comes. */
  public void losesSessionsWithTransactions() {
    losesSessions = true;
  }

  boolean losesSessions() {
    return losesSessions;
  }

  /** What is wrong with the snapshots of a node. */
  public enum SnapshotFault {
    NONE, BROKEN_OFF, CHANGED, OLD
  }

  public void snapshotFault(SnapshotFault fault) {
    snapshotFault = fault;
  }

  SnapshotFault snapshotFault() {
    return snapshotFault;
  }

  void countSnapshot(long minIndex) {
    snapshotMinIndex = minIndex;
  }

  /** Of the newest request for a snapshot; -1: there was none. */
  public long snapshotMinIndex() {
    return snapshotMinIndex;
  }

  public void hints(boolean givesHints) {
    hints = givesHints;
  }

  public int streamsOpened() {
    return streamsOpened.get();
  }

  public int unaryPuts() {
    return unaryPuts.get();
  }

  void countUnaryPut() {
    unaryPuts.incrementAndGet();
  }

  void opened(FakeSessionService.OpenStream stream) {
    streamsOpened.incrementAndGet();
    synchronized (streams) {
      streams.add(stream);
    }
  }

  void closed(FakeSessionService.OpenStream stream) {
    synchronized (streams) {
      streams.remove(stream);
    }
  }

  /** Does this on every session stream open here. */
  public void onStreams(Consumer<FakeSessionService.OpenStream> action) {
    List<FakeSessionService.OpenStream> open;
    synchronized (streams) {
      open = List.copyOf(streams);
    }
    open.forEach(action);
  }

  /** From now on it answers reads with this; null: it serves them, like any node while there is a leader. */
  public void refuseReads(@Nullable Error why) {
    readRefusal = why;
  }

  /** From now on each read takes this long here. */
  public void slowsReads(long millis) {
    readMillis = millis;
  }

  /** Calls of their own that read, answered in whichever way. */
  public int reads() {
    return reads.get();
  }

  /** Why a read that comes now is refused; null: it is served. */
  @Nullable
  Error refusesRead() {
    reads.incrementAndGet();
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(readMillis));
    Error refusal = readRefusal;
    return refusal == null && cluster.leader() == null ? notLeader() : refusal;
  }

  boolean leads() {
    return cluster.leader() == this;
  }

  /** Of an answer. */
  ResponseHeader.Builder header() {
    FakeNode leader = cluster.leader();
    ResponseHeader.Builder header = cluster.header(this);
    return leader == this
        ? header.setLeads(true)
        : header.setLeaderAddress(leader == null || !hints ? "" : leader.advertised());
  }

  Error notLeader() {
    FakeNode leader = cluster.leader();
    if (leader == null) {
      return Errors.error(ErrorCode.UNAVAILABLE, Errors.NO_LEADER, "no leader is known");
    }
    Error.Builder error = Errors.error(ErrorCode.UNAVAILABLE, Errors.NOT_LEADER, id + " does not lead").toBuilder();
    if (hints) {
      error.addDetails(Error.Detail.newBuilder().setKey("leader_id").setValue(leader.id()));
      error.addDetails(Error.Detail.newBuilder().setKey("leader_address").setValue(leader.advertised()));
    }
    return error.build();
  }

  /** An error as unary calls carry it. */
  static StatusRuntimeException status(Error error) {
    ErrorInfo.Builder info = ErrorInfo.newBuilder().setDomain("balsa").setReason(error.getReason());
    error.getDetailsList().forEach(detail -> info.putMetadata(detail.getKey(), detail.getValue()));
    return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder().setCode(error.getCode())
        .setMessage(error.getMessage()).addDetails(Any.pack(info.build())).build());
  }
}
