package io.balsa.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.raft.log.Entry;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.RangeQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Transactions against a model that keeps the whole keyspace of every revision (A4): the guards' answers, every response, every
 * refusal, and the state afterwards, in whatever batches the entries come.
 */
final class TxnModelTest {
  private static final int TXNS = 60;

  @Property(tries = 250, edgeCases = EdgeCasesMode.NONE)
  void transactionsAgreeWithAMapOfVersions(@ForAll long seed) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    RandomTxns txns = new RandomTxns(random, () -> key(random), () -> random.nextInt(10) == 0 ? 99 : 0);
    TxnModel model = new TxnModel();
    MemoryStore store = new MemoryStore();
    Machine m = new Machine(store);
    List<Entry> batch = new ArrayList<>();
    List<TxnModel.Answer> expected = new ArrayList<>();
    for (int i = 0; i < TXNS; i++) {
      TxnRequest.Builder txn = txns.draw().clearFence();
      // Guards on revisions of late tell more than those on any.
      txn.getGuardsBuilderList().forEach(guard -> {
        if (guard.hasUnchangedSince() && random.nextBoolean()) {
          guard.setUnchangedSince(Math.max(0, model.revision() - random.nextInt(4)));
        }
      });
      if (random.nextInt(6) == 0) {
        txn.clearGuards();
      }
      batch.add(m.log.command(Log.txn(txn)));
      expected.add(model.apply(txn.build()));
      if (random.nextInt(4) == 0 || i == TXNS - 1) {
        List<Result> results = m.machine.apply(batch);
        for (int r = 0; r < results.size(); r++) {
          Result result = results.get(r);
          TxnModel.Answer answer = expected.get(r);
          assertThat(result.getError().getReason()).as("%s", batch.get(r)).isEqualTo(answer.refusal());
          assertThat(result.getTxn()).isEqualTo(answer.response());
          assertThat(result.getRevision()).isEqualTo(answer.revision());
        }
        batch.clear();
        expected.clear();
        assertThat(m.revision()).isEqualTo(model.revision());
        if (random.nextInt(4) == 0) {
          // What was changed lately is not in memory any more.
          m = m.restarted(store);
        }
      }
    }
    for (var at : model.states().entrySet()) {
      TreeMap<ByteString, KeyValue> found = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
      m.machine.reads().range(RangeQuery.of(KeyBounds.ALL, at.getKey())).kvs()
          .forEach(kv -> found.put(kv.getKey(), kv));
      assertThat(found).as("at revision %s", at.getKey()).isEqualTo(at.getValue());
    }
  }

  private static ByteString key(RandomGenerator random) {
    // Never "\\0" alone: as an end it is no upper bound.
    byte[] key = new byte[1 + random.nextInt(2)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) "abcd".charAt(random.nextInt(4));
    }
    return ByteString.copyFrom(key);
  }
}
