package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.client.BalsaClient;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import io.balsa.jepsen.raw.RawNode;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Entries of a few bytes whose results are large: what a start applies again at once does not depend on them. */
class LargeResultsIT {
  /** More results than the heap of a server holds, in fewer bytes of entries than one batch has. */
  private static final int TRANSACTIONS = 700;

  @TempDir
  private Path directory;

  /** A6: nothing in a log may stop a node at every start. */
  @Test
  @Timeout(180)
  void aNodeThatAppliesManyTransactionsAgainThatReadMuchStarts() {
    try (RealCluster cluster = RealCluster.start(directory, 1);
        BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
      ServerProcess node = cluster.nodes().getFirst();
      ByteString key = ByteString.copyFromUtf8("large");
      client.unaryKv().put("large", "v".repeat(1 << 20));
      TxnRequest read = TxnRequest.newBuilder()
          .addThenOps(TxnOp.newBuilder().setGet(GetRequest.newBuilder().setKey(key))).build();
      try (RawNode raw = RawNode.connect(node)) {
        for (int i = 0; i < TRANSACTIONS; i++) {
          assertThat(raw.kv().txn(read).getResponses(0).getGet().getKv().getValue().size()).isEqualTo(1 << 20);
        }
      }
      node.kill();
      node.awaitEnd(Duration.ofSeconds(30));
      node.start();
      cluster.awaitReady();
      assertThat(client.unaryKv().get("large").orElseThrow().valueSize()).isEqualTo(1 << 20);
    }
  }
}
