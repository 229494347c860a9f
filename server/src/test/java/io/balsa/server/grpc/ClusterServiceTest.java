package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import io.balsa.proto.v1.ClusterGrpc;
import io.balsa.proto.v1.HashRequest;
import io.balsa.proto.v1.HashResponse;
import io.balsa.proto.v1.StatusRequest;
import io.balsa.proto.v1.StatusResponse;
import io.balsa.raft.log.NodeId;
import io.balsa.storage.snapshot.BackupStream;
import io.balsa.storage.snapshot.SnapshotCounts;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node says about itself while it starts, and about indexes that never come. */
class ClusterServiceTest {
  private final ManualLoop loop = new ManualLoop();
  private final ManualLoop workers = new ManualLoop();
  private final Serving serving = new Serving(FakeConsensus.SELF, () -> List.of("n2", "n3"));
  private FakeConsensus consensus;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    consensus = new FakeConsensus();
    server = InProcessServerBuilder.forName("cluster").directExecutor()
        .addService(new ClusterService(serving, new NoFacts(), () -> loop)).build().start();
    channel = InProcessChannelBuilder.forName("cluster").directExecutor().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private void serve() {
    SessionStreams streams = new SessionStreams(new ProposalBudget(10, 1_000));
    serving.begin(new Group(42, 0, FakeConsensus.SELF, consensus, consensus.state(), consensus.fresh, loop, workers,
        new RenewalCollector(FakeConsensus.SELF, streams::acknowledged), streams, consensus.watches(loop)));
  }

  private StatusResponse status() throws Exception {
    ListenableFuture<StatusResponse> answer = ClusterGrpc.newFutureStub(channel)
        .status(StatusRequest.getDefaultInstance());
    loop.run();
    return answer.get();
  }

  private ListenableFuture<HashResponse> hash(long index) {
    ListenableFuture<HashResponse> answer = ClusterGrpc.newFutureStub(channel)
        .hash(HashRequest.newBuilder().setIndex(index).build());
    loop.run();
    return answer;
  }

  @Test
  void aNodeThatFormsSaysWhomItHasNotReached() throws Exception {
    assertThat(status().getWaitingForList()).containsExactly("n2", "n3");
    assertThat(status().getHeader().getClusterId()).isZero();
    assertThat(serving.notFormed().getMessage()).contains("has not formed its cluster yet", "n2, n3");
  }

  /** After a restart it has a cluster, and only opens its log and state. */
  @Test
  void aNodeThatStartsAgainIsNotOneWithoutACluster() throws Exception {
    serving.formed(42);
    assertThat(status().getWaitingForList()).isEmpty();
    assertThat(status().getHeader().getClusterId()).isEqualTo(42);
    assertThat(serving.notFormed().getReason()).isEqualTo("NO_LEADER");
    assertThat(serving.notFormed().getMessage()).contains("is starting").doesNotContain("not formed");
  }

  @Test
  void aHashOfAnIndexToComeWaitsForIt() throws Exception {
    serve();
    ListenableFuture<HashResponse> answer = hash(1);
    assertThat(answer.isDone()).isFalse();
    consensus.apply(Commands.openSession(5_000));
    consensus.waitingForIndex.forEach(each -> each.accept(1));
    workers.run();
    loop.run();
    assertThat(answer.get().getAppliedIndex()).isEqualTo(1);
  }

  /** A hash takes as long as the state is large: no read of a client waits for it, and one worker at most is taken. */
  @Test
  void hashesKeepNoReaderBusyAndNotMoreThanOneWorker() throws Exception {
    serve();
    List<ListenableFuture<HashResponse>> answers = List.of(hash(0), hash(0), hash(0));
    assertThat(answers).noneMatch(ListenableFuture::isDone);
    for (ListenableFuture<HashResponse> answer : answers) {
      assertThat(workers.waiting()).isEqualTo(1);
      workers.runOne();
      loop.run();
      assertThat(answer.get().getHash()).isNotZero();
    }
    assertThat(workers.waiting()).isZero();
  }

  /** Whoever has left is not remembered, and not more are taken than there are places for. */
  @Test
  void hashesOfAnIndexThatNeverComesDoNotPileUp() throws Exception {
    serve();
    List<ListenableFuture<HashResponse>> answers = new ArrayList<>();
    for (int i = 0; i < 65; i++) {
      answers.add(hash(1_000_000));
    }
    assertThat(consensus.waitingForIndex).hasSize(64);
    assertThat(KvServiceTest.refused(answers.getLast(), Status.Code.RESOURCE_EXHAUSTED)).isEqualTo("OVERLOADED");
    answers.forEach(answer -> answer.cancel(true));
    assertThat(consensus.waitingForIndex).isEmpty();
    assertThat(hash(1_000_000).isDone()).isFalse();
    assertThat(consensus.waitingForIndex).hasSize(1);
  }

  private static final class NoFacts implements NodeFacts {
    @Override
    public SnapshotCounts snapshots() {
      return SnapshotCounts.NONE;
    }

    @Override
    public BackupStream openBackup(long minIndex) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long logBytes() {
      return 0;
    }

    @Override
    public long stateBytes() {
      return 0;
    }

    @Override
    public boolean ready() {
      return false;
    }

    @Override
    public List<String> alarms() {
      return List.of();
    }

    @Override
    public List<NodeId> transferTargets() {
      return List.of();
    }

    @Override
    public long uptimeMillis() {
      return 0;
    }

    @Override
    public String version() {
      return "test";
    }
  }
}
